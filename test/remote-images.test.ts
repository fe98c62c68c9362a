import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { expectNear, patches, pixelAt, quarters } from './fixtures/patches.ts'
import { type ImageServer, imageServer, type ImageServerWish } from './ground/image-server.ts'
import { answer, drip, endless, hang, hangUp, type Reaction, raw, redirect } from './ground/reactions.ts'
import { type Receiver, testReceiver } from './ground/receiver.ts'
import { testResolver } from './ground/resolver.ts'
import { startServer } from './ground/server.ts'
import { silentServer } from './ground/silent-server.ts'
import { until } from './ground/test-client.ts'

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())

const expectRefusal = async (response: Response, status: number, code: number, text: RegExp): Promise<void> => {
  expect([response.status, response.headers.get('cf-resized'), await response.text()]).toEqual([
    status,
    `err=${code}`,
    expect.stringMatching(text),
  ])
  expect(response.headers.get('cache-control')).toBe('no-store')
}

/** A server that may fetch from anywhere its client may, and one that holds a picture. */
const open = async (reaction?: Reaction, wish: ImageServerWish = {}) => {
  const server = await imageServer({ sources: () => true, ...wish })
  const picture = await quarters()
  const source = await testReceiver({ respond: () => reaction ?? answer(200, picture) })
  return { server, source, picture }
}

const ask = (server: ImageServer, options: string, source: string, headers: Record<string, string> = {}) =>
  server.fetch(`/cdn-cgi/image/${options}/${source}`, { headers })

const cutOff: Reaction = (response) => {
  response.writeHead(200, { 'content-length': '1000' })
  response.write('RIFF')
  setImmediate(() => response.socket?.end())
}

describe('an image elsewhere', () => {
  test('is transformed, with its query, in its own format unless another is asked for', async () => {
    const { server, source } = await open()
    const response = await ask(server, 'w=20,h=30,fit=cover,rotate=90', `${source.url}/a/photo.png?size=big&n=1`)
    const bytes = await bytesOf(response)
    expect([response.status, response.headers.get('vary')]).toEqual([200, null])
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 20, height: 30 })
    expectNear(await pixelAt(bytes, 2, 2), patches.blue)
    expect(source.received.map(({ method, path }) => [method, path])).toEqual([['GET', '/a/photo.png?size=big&n=1']])
    expect(source.received[0]?.headers).toMatchObject({ via: expect.stringContaining('image-resizing') })
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  })

  test('may be named percent-encoded, or by a path of this server itself', async () => {
    const { server, source } = await open()
    expect((await ask(server, 'w=20', encodeURIComponent(`${source.url}/one.png`))).status).toBe(200)
    await expectRefusal(await ask(server, 'w=20', 'albums/photo.png'), 523, 9407, /could not be resolved/)
    expect(source.received.map(({ path }) => path)).toEqual(['/one.png'])
  })

  test('is negotiated by Accept with format=auto, and told by format=json', async () => {
    const { server, source, picture } = await open()
    const response = await ask(server, 'w=20,f=auto', `${source.url}/a.png`, { accept: 'image/webp,*/*' })
    expect([response.headers.get('content-type'), response.headers.get('vary')]).toEqual(['image/webp', 'Accept'])
    expect(await (await ask(server, 'w=20,f=json', `${source.url}/a.png`)).json()).toMatchObject({
      width: 20,
      original: { file_size: picture.length, format: 'image/png' },
    })
    expect(source.received).toHaveLength(1)
  })

  test('that is a drawing is made harmless', async () => {
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
    const { server, source } = await open(answer(200, drawing))
    const response = await ask(server, 'w=20', `${source.url}/a.svg`)
    expect(response.headers.get('content-type')).toBe('image/svg+xml')
    expect(await response.text()).not.toContain('script')
  })

  test('is asked for once by many, and again when its time is over; a browser that holds it gets 304', async () => {
    const { server, source } = await open()
    source.respondWith(answer(200, await quarters(), { 'cache-control': 'public, max-age=7200' }))
    const address = `${source.url}/a.png`
    const answers = await Promise.all(Array.from({ length: 50 }, async () => ask(server, 'w=20', address)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const held = { 'if-none-match': answers[0]?.headers.get('etag') ?? '' }
    expect(answers[0]?.headers.get('cache-control')).toBe('public, max-age=7200, stale-while-revalidate=7200')
    expect((await ask(server, 'w=20', address, held)).status).toBe(304)
    expect((await ask(server, 'w=21', address, held)).status).toBe(200)
    expect(source.received).toHaveLength(1)
    server.clock.advance(7_200_000)
    source.respondWith(answer(200, (await sampleImage('webp')).bytes, { 'cache-control': 'no-store' }))
    const changed = await ask(server, 'w=20', address, held)
    expect([changed.status, changed.headers.get('content-type'), changed.headers.get('cache-control')]).toEqual([
      200,
      'image/webp',
      'public, max-age=3600, stale-while-revalidate=7200',
    ])
    expect(source.received).toHaveLength(2)
  })

  test('whose bytes were pushed out of the cache is fetched anew', async () => {
    const { server, source, picture } = await open()
    await ask(server, 'w=20', `${source.url}/a.png`)
    await server.renditions.removeImage(`bytes ${createHash('sha256').update(picture).digest('hex')}`)
    expect((await ask(server, 'w=21', `${source.url}/a.png`)).status).toBe(200)
    expect(source.received).toHaveLength(2)
  })

  test.each<[string, Reaction, number, number, RegExp]>([
    ['is not there', answer(404), 404, 9404, /status 404/],
    ['is denied', answer(403), 408, 9408, /status 403/],
    ['fails', answer(500), 502, 9402, /status 500/],
    ['is a part', answer(206, 'x'), 502, 9402, /status 206/],
    ['is a page', answer(200, '<!doctype html><html></html>'), 415, 9412, /HTML/],
    ['is empty', answer(200), 415, 9412, /no image/],
    ['is a TIFF', answer(200, Buffer.from('II*\0rest')), 415, 9420, /TIFF/],
    ['is broken', answer(200, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2])), 422, 9516, /ERROR/],
    ['never ends', endless(), 413, 9402, /too large/],
    ['breaks off', cutOff, 422, 9416, /broke off/],
    ['comes compressed', answer(200, 'x', { 'content-encoding': 'gzip' }), 502, 9402, /compressed/],
    ['hangs up', hangUp(), 502, 9505, /closed/],
    ['is no HTTP', raw('hello\r\n\r\n'), 502, 9505, /not valid HTTP/],
    ['redirects nowhere', answer(302), 400, 9420, /without saying where/],
    ['redirects to a file', redirect('file:///etc/passwd'), 400, 9420, /not allowed/],
    ['redirects for ever', redirect('/again'), 400, 9421, /too often/],
  ])('that %s is refused, and shown as it is with onerror=redirect', async (_, reaction, status, code, sentence) => {
    const { server, source } = await open(reaction)
    const address = `${source.url}/a.png?x=1`
    const refused = await ask(server, 'w=20', address)
    expect(refused.status).toBe(status)
    await expectRefusal(refused, status, code, sentence)
    const instead = await ask(server, 'w=20,onerror=redirect', address)
    expect([instead.status, instead.headers.get('location')]).toEqual([302, address])
  })

  test('that is too large for the wish is refused', async () => {
    expect.hasAssertions()
    const { server, source } = await open()
    await expectRefusal(await ask(server, 'w=13000,fit=contain', `${source.url}/a.png`), 403, 9413, /smaller width/)
    await expectRefusal(await ask(server, 'f=svg', `${source.url}/a.png`), 415, 9412, /cannot become an SVG/)
  })

  test.each<[string, (source: Receiver) => string, number, number, RegExp]>([
    ['an unknown name', () => 'http://nowhere.example/a.png', 523, 9407, /could not be resolved/],
    ['a closed port', () => 'http://127.0.0.1:1/a.png', 523, 9510, /refused/],
    ['another scheme', () => 'ftp://images.example/a.png', 403, 9406, /https/],
    ['a user name', ({ port }) => `http://me:secret@127.0.0.1:${port}/`, 403, 9406, /no user name/],
    ['no address', () => 'https://exa%20mple/a.png', 403, 9406, /complete address/],
    ['a broken escape', () => 'https%3A%2F%2F%zz', 403, 9406, /well encoded/],
    ['an endless address', () => `https://images.example/${'a'.repeat(4096)}`, 403, 9406, /at most 4096/],
    ['a private address', () => 'http://10.0.0.7/a.png', 403, 9401, /does not connect to/],
    ['the metadata service', () => 'http://169.254.169.254/latest', 403, 9401, /does not connect to/],
    ['a name that leads inside', () => 'http://inside.example/a.png', 403, 9401, /does not connect to/],
  ])('at %s is refused', async (_, address, status, code, sentence) => {
    const { resolve } = testResolver({ 'inside.example': ['10.1.2.3'] })
    const { server, source } = await open(undefined, { resolver: resolve })
    const response = await ask(server, 'w=20', address(source))
    expect(response.status).toBe(status)
    await expectRefusal(response, status, code, sentence)
  })

  test.each<[string, (server: ImageServer) => Reaction, number, number]>([
    ['never answers', () => hang(), 524, 9504],
    ['drips', ({ clock }) => drip(clock), 422, 9416],
  ])('that %s is given up after thirty seconds', async (_, reaction, status, code) => {
    const { server, source } = await open()
    source.respondWith(reaction(server))
    const answered = ask(server, 'w=20', `${source.url}/a.png`)
    await source.next()
    for (let second = 0; second < 30; second++) {
      server.clock.advance(1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const response = await answered
    expect(response.status).toBe(status)
    await expectRefusal(response, status, code, /in time/)
  })

  test('whose server takes a connection and does no more is given up after five seconds', async () => {
    const { server } = await open()
    const silent = await silentServer()
    const answered = ask(server, 'w=20', `https://localhost:${silent.port}/a.png`)
    await until(() => silent.connectionCount > 0)
    server.clock.advance(5000)
    await expectRefusal(await answered, 522, 9504, /could not be set up in time/)
    expect(silent.connectionCount).toBe(1)
  })

  test('is not fetched for a server that transforms it already', async () => {
    const { server, source } = await open()
    const through = { via: '1.1 other, 1.1 imagehooks (image-resizing)' }
    await expectRefusal(await ask(server, 'w=20', `${source.url}/a.png`, through), 508, 9403, /already/)
    expect(source.received).toHaveLength(0)
  })

  test('is not followed to where the operator does not allow it, and no redirect leads there', async () => {
    const elsewhere = await testReceiver()
    const { server, source } = await open(redirect(`${elsewhere.url}/a.png`), {
      sources: ({ port }) => port !== String(elsewhere.port),
    })
    await expectRefusal(await ask(server, 'w=20', `${source.url}/a.png`), 400, 9420, /not allowed/)
    const asked = await ask(server, 'w=20,onerror=redirect', `${elsewhere.url}/a.png`)
    await expectRefusal(asked, 403, 9401, /not allowed/)
    expect(elsewhere.received).toHaveLength(0)
  })

  test.each([
    ['w=', 400, 9401],
    ['colour=red', 400, 9401],
    ['g=face', 400, 9401],
    ['', 400, 9424],
  ])('with the options "%s" is refused before it is fetched', async (options, status, code) => {
    const { server, source } = await open()
    const response = await ask(server, options, `${source.url}/a.png`)
    expect(response.status).toBe(status)
    await expectRefusal(response, status, code, /ERROR/)
    expect(source.received).toHaveLength(0)
  })
})

describe('the whole server', () => {
  test('transforms nothing from elsewhere unless its operator names hosts, and then from these alone', async () => {
    const picture = await quarters()
    const source = await testReceiver({ respond: () => answer(200, picture) })
    const get = async (imageSources: readonly string[]) => {
      const { server, url } = await startServer({ config: { imageSources } })
      const response = await server.fetch(new Request(`${url}/cdn-cgi/image/w=20/${source.url}/a.png`))
      return [response.status, response.headers.get('cf-resized')]
    }
    expect(await get([])).toEqual([403, 'err=9401'])
    expect(await get(['127.0.0.1', '*.example.com'])).toEqual([403, 'err=9401'])
    expect(source.received).toHaveLength(0)
    expect(await get([`127.0.0.1:${source.port}`])).toEqual([200, 'internal=ok/m'])
  })

  test('in production fetches over https alone', async () => {
    const source = await testReceiver()
    const { server, url } = await startServer({
      mode: 'serve',
      config: { imageSources: [`127.0.0.1:${source.port}`], allowTargets: ['127.0.0.0/8'] },
    })
    const response = await server.fetch(new Request(`${url}/cdn-cgi/image/w=20/${source.url}/a.png`))
    expect(response.headers.get('cf-resized')).toBe('err=9406')
    expect(source.received).toHaveLength(0)
  })
})
