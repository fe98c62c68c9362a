import { describe, expect, onTestFinished, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { phonePhoto } from './fixtures/images.ts'
import { type ImageServer, imageServer, type ImageServerWish } from './ground/image-server.ts'
import { answer, drip, endless, hang, hangUp, type Reaction, redirect } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { testResolver } from './ground/resolver.ts'
import { until } from './ground/test-client.ts'

const post = (server: ImageServer, url: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> => {
  const form = new FormData()
  form.append('url', url)
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return server.api('', { method: 'POST', body: form })
}

const refusalOf = async (response: Response): Promise<unknown> => {
  const { errors } = await response.json()
  return [response.status, errors[0].code, errors[0].message]
}

/** A server that fetches, and one that holds pictures. */
const open = async (reaction?: Reaction, wish: ImageServerWish = {}) => {
  const server = await imageServer(wish)
  const { bytes } = await sampleImage('webp')
  const source = await testReceiver({ respond: () => reaction ?? answer(200, bytes, { 'content-type': 'text/html' }) })
  return { server, source, bytes }
}

describe('an upload by url', () => {
  test('is fetched, told by its bytes and not by its type, and named after its address', async () => {
    const { server, source, bytes } = await open()
    const response = await post(server, `${source.url}/albums/2026/caf%C3%A9%20noir.webp?size=big#top`, {
      id: 'cafe',
      metadata: '{"from":"url"}',
    })
    const { result } = await response.json()
    expect([response.status, result]).toEqual([
      200,
      expect.objectContaining({ id: 'cafe', filename: 'café noir.webp', meta: { from: 'url' } }),
    ])
    const blob = await server.api('/cafe/blob')
    expect(blob.headers.get('content-type')).toBe('image/webp')
    expect(Buffer.from(await blob.arrayBuffer()).equals(bytes)).toBe(true)
    expect(source.received.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/albums/2026/caf%C3%A9%20noir.webp?size=big'],
    ])
    expect(source.received[0]?.headers).toMatchObject({ accept: 'image/*', 'accept-encoding': 'identity' })
    expect(await server.events()).toEqual([expect.objectContaining({ event: 'image.uploaded' })])
  })

  test('takes a HEIC, and an address without a name', async () => {
    const { server, source } = await open(answer(200, phonePhoto.bytes))
    const { result } = await (await post(server, `${source.url}/`)).json()
    expect(result.filename).toBe('')
  })

  test('sends the user information as basic authentication to its own origin alone, and shows it to nobody', async () => {
    const elsewhere = await testReceiver({ respond: () => answer(404) })
    const { server, source } = await open()
    source.respondWith({
      each: ({ path }) =>
        path === '/a' ? redirect('/b') : path === '/b' ? redirect(`${elsewhere.url}/c.png`) : answer(200),
    })
    const withUser = source.url.replace('http://', 'http://us%40er:p%C3%A4ss%3Aword@')
    expect(await refusalOf(await post(server, `${withUser}/a`))).toEqual([
      400,
      5454,
      expect.stringMatching(/status 404/),
    ])
    const basic = `Basic ${Buffer.from('us@er:päss:word').toString('base64')}`
    expect(source.received.map(({ headers }) => headers.authorization)).toEqual([basic, basic])
    expect(elsewhere.received.map(({ headers }) => headers.authorization)).toEqual([undefined])
    const said = JSON.stringify([server.log.lines, await server.events()])
    for (const secret of ['ss:word', 'p%C3%A4ss', basic.slice(6)]) expect(said).not.toContain(secret)
  })

  test('follows redirects, five at most, and keeps the first address’s name', async () => {
    const { server, source, bytes } = await open()
    source.respondWith({
      each: ({ path }) => {
        const left = Number(/\d+/.exec(path)?.[0] ?? 0)
        return left > 0 ? redirect(`/hop/${left - 1}`, [301, 302, 303, 307, 308][left % 5]) : answer(200, bytes)
      },
    })
    expect((await (await post(server, `${source.url}/photo-5`)).json()).result.filename).toBe('photo-5')
    expect(await refusalOf(await post(server, `${source.url}/photo-6`))).toEqual([
      400,
      5454,
      expect.stringMatching(/more than 5 times/),
    ])
  })

  test.each<[string, Reaction, number, number, RegExp]>([
    ['an error', answer(500), 400, 5454, /status 500/],
    ['nothing found', answer(404, 'no such thing'), 400, 5454, /status 404/],
    ['an empty answer', answer(200), 415, 5455, /empty/],
    ['a page', answer(200, '<!doctype html><html>Hello</html>', { 'content-type': 'image/png' }), 415, 5455, /HTML/],
    ['no body', answer(204), 400, 5454, /status 204/],
    ['a part', answer(206, 'x'), 400, 5454, /status 206/],
    ['a redirect to nowhere', answer(302), 400, 5454, /without saying where/],
    ['a redirect to a file', redirect('file:///etc/passwd'), 400, 5454, /no web address/],
    ['bytes without end', endless(), 413, 5413, /10 MB/],
    ['a closed connection', hangUp(), 400, 5454, /connection was closed/],
    ['a body that breaks off', cutOff, 400, 5454, /broke off/],
    ['compressed bytes', answer(200, 'x', { 'content-encoding': 'gzip' }), 400, 5454, /compressed/],
  ])(
    'that meets %s is refused, leaves nothing, and is announced as failed',
    async (_, reaction, status, code, sentence) => {
      const { server, source } = await open(reaction)
      const response = await post(server, `${source.url}/a.png`, { id: 'wanted' })
      // There is no part "file" to look at: whatever is wrong with the image lies behind the url.
      expect([response.status, (await response.json()).errors]).toEqual([
        status,
        [{ code, message: expect.stringMatching(sentence), source: { pointer: 'url' } }],
      ])
      expect(server.blobFiles()).toEqual([])
      expect((await server.api('/wanted')).status).toBe(404)
      expect(await server.events()).toEqual([
        {
          event: 'image.upload_failed',
          timestamp: expect.any(String),
          accountId: server.account.id,
          image: expect.objectContaining({ id: 'wanted', filename: 'a.png' }),
          error: { code: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(sentence) },
        },
      ])
      expect(source.openConnectionCount).toBeLessThan(2)
    },
  )

  test('of many bytes piles nothing up while they come', async () => {
    const warnings: string[] = []
    const note = ({ name }: Error): void => void warnings.push(name)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    const { server, source } = await open(endless())
    expect((await post(server, source.url)).status).toBe(413)
    // Warnings are told a tick later.
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toEqual([])
  })

  test.each([
    ['is never answered', hang, /in time/],
    ['drips', undefined, /within 30 seconds/],
  ])('that %s is given up after thirty seconds', async (_, reaction, sentence) => {
    const server = await imageServer()
    const source = await testReceiver({ respond: () => reaction?.() ?? drip(server.clock, 1000) })
    const answered = post(server, `${source.url}/a.png`)
    await source.next()
    for (let second = 0; second < 30; second++) {
      server.clock.advance(1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await refusalOf(await answered)).toEqual([400, 5454, expect.stringMatching(sentence)])
    await until(() => source.openConnectionCount === 0)
    expect(server.blobFiles()).toEqual([])
  })

  test.each([
    ['loopback', 'http://127.0.0.1:1/a.png'],
    ['loopback in hex', 'http://0x7f.1/a.png'],
    ['loopback as one number', 'https://2130706433/a.png'],
    ['IPv6 loopback', 'http://[::1]/a.png'],
    ['the metadata service', 'http://169.254.169.254/latest/meta-data'],
    ['a private address', 'https://10.0.0.7/a.png'],
    ['a name that leads to a private address', 'http://inside.example/a.png'],
    ['a name with one private address among its addresses', 'http://mixed.example/a.png'],
  ])('is not fetched from %s', async (_, url) => {
    const resolver = testResolver({ 'inside.example': ['10.1.2.3'], 'mixed.example': ['93.184.216.34', '127.0.0.1'] })
    const server = await imageServer({ resolver: resolver.resolve, allow: [] })
    const [status, code, message] = await refusalOf(await post(server, url)).then((all) =>
      Array.isArray(all) ? all : [],
    )
    expect([status, code]).toEqual([400, 5454])
    expect(message).toMatch(/does not connect to/)
    expect(message).not.toMatch(/\d+\.\d+/)
  })

  test('does not follow a redirect to a forbidden address', async () => {
    const { server, source } = await open(redirect('http://169.254.169.254/latest/meta-data'))
    expect(await refusalOf(await post(server, `${source.url}/a.png`))).toEqual([
      400,
      5454,
      expect.stringMatching(/does not connect to/),
    ])
  })

  test.each([
    ['another scheme', 'ftp://example.com/a.png', /begin with https/],
    ['no address', 'photo.png', /complete address/],
    ['too long an address', `https://example.com/${'a'.repeat(4096)}`, /at most 4096/],
    ['an empty address', '', /complete address/],
  ])('with %s is refused before anything is fetched, and is no failed upload', async (_, url, sentence) => {
    const { server } = await open()
    expect(await refusalOf(await post(server, url))).toEqual([400, 5400, expect.stringMatching(sentence)])
    expect(await server.events()).toEqual([])
  })

  test('under a taken id or one that may not be is refused before anything is fetched', async () => {
    const { server, source } = await open()
    expect((await post(server, source.url, { id: 'hero' })).status).toBe(200)
    expect(await refusalOf(await post(server, source.url, { id: 'hero' }))).toEqual([409, 5409, expect.any(String)])
    expect(await refusalOf(await post(server, source.url, { id: 'keys' }))).toEqual([400, 5411, expect.any(String)])
    expect(source.received).toHaveLength(1)
    expect(await server.events()).toHaveLength(1)
  })
})

function cutOff(response: Parameters<Reaction>[0]): void {
  response.writeHead(200, { 'content-length': '1000' })
  response.write('RIFF')
  setImmediate(() => response.socket?.end())
}
