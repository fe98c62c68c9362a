import { createHmac } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { sampleImage, type SampleName } from '../scripts/sample-images.ts'
import { updateAccountSettings } from '../src/store/accounts.ts'
import { sealSigningKey } from '../src/store/signing-key-seal.ts'
import { putSigningKey } from '../src/store/signing-keys.ts'
import { expectNear, patches, pixelAt, quarters } from './fixtures/patches.ts'
import { imageServer, type ImageServer } from './ground/image-server.ts'

const upload = async (server: ImageServer, bytes: Uint8Array, fields: Record<string, string> = {}) => {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  form.append('file', new File([new Uint8Array(bytes)], 'file'))
  const { result } = await (await server.api('', { method: 'POST', body: form })).json()
  const path = new URL(result.variants[0]).pathname
  return { id: String(result.id), path, options: (text: string) => `${path.slice(0, path.lastIndexOf('/'))}/${text}` }
}

const sample = async (name: SampleName): Promise<Uint8Array> => (await sampleImage(name)).bytes
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())

const expectRefusal = async (response: Response, status: number, code: number, text = ''): Promise<void> => {
  expect([response.status, response.headers.get('cf-resized'), await response.text()]).toEqual([
    status,
    `err=${code}`,
    expect.stringMatching(new RegExp(`^ERROR ${code}: .*${text}.*\n$`)),
  ])
  expect(response.headers.get('content-type')).toContain('text/plain')
  expect(response.headers.get('cache-control')).toBe('no-store')
}

const flexible = async (server: ImageServer): Promise<void> => {
  await server.database.write([updateAccountSettings(server.account.id, { flexibleVariants: true })])
}

const addKey = async (server: ImageServer, name: string, value: string): Promise<void> => {
  const createdAt = server.clock.now()
  await server.database.write(
    putSigningKey(sealSigningKey(server.sealer, { accountId: server.account.id, name, value, createdAt }), 25),
  )
}

const signed = (path: string, key: string, exp?: number): string => {
  const text = exp === undefined ? path : `${path}?exp=${exp}`
  return `${text}${exp === undefined ? '?' : '&'}sig=${createHmac('sha256', key).update(text).digest('hex')}`
}

describe('flexible variants', () => {
  test('hold options in the place of a name', async () => {
    const server = await imageServer()
    await flexible(server)
    const { options } = await upload(server, await quarters(), { id: 'albums/quarters' })
    const response = await server.fetch(options('w=20,h=30,fit=cover,rotate=90,f=png'))
    const bytes = await bytesOf(response)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 20, height: 30 })
    expectNear(await pixelAt(bytes, 2, 2), patches.blue)
    const plain = await server.fetch(options('f=png,w=20'))
    expect([plain.status, plain.headers.get('vary')]).toEqual([200, null])
  })

  test('answer format=json with what can be said', async () => {
    const server = await imageServer()
    await flexible(server)
    const bytes = await sample('animation')
    const { options } = await upload(server, bytes)
    const response = await server.fetch(options('w=80,format=json'))
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      width: 80,
      height: 60,
      original: { file_size: bytes.length, width: 160, height: 120, format: 'image/gif' },
      frame_count: 8,
    })
  })

  test('are refused where the account does not allow them, and of private images always', async () => {
    expect.hasAssertions()
    const server = await imageServer()
    const { options } = await upload(server, await quarters())
    await expectRefusal(await server.fetch(options('w=20')), 403, 9429)
    await flexible(server)
    const secret = await upload(server, await quarters(), { requireSignedURLs: 'true' })
    await addKey(server, 'k', 'v')
    await expectRefusal(await server.fetch(signed(secret.options('w=20'), 'v')), 403, 9425, 'no flexible variants')
  })

  test.each([
    ['w=', 400, 9401, 'width must be'],
    ['w=1,colour=red', 400, 9401, 'is not known'],
    ['g=face', 400, 9401, 'faces, which this server cannot do'],
    ['segment=foreground', 400, 9401, 'cannot do'],
    ['upscale=generate', 400, 9401, 'cannot do'],
    ['trim=40;0;0;0', 400, 9401, 'leaves nothing'],
    ['w=%zz', 403, 9426, 'well-encoded'],
    ['w=13000,fit=contain', 403, 9413, 'smaller width'],
    ['border.width=11000', 403, 9413, 'smaller width'],
    ['f=svg', 415, 9412, 'cannot become an SVG'],
  ])('%s is refused with %i, %i', async (text, ...refusal) => {
    const server = await imageServer()
    await flexible(server)
    const { options } = await upload(server, await quarters())
    const response = await server.fetch(options(text))
    expect(response.status).toBe(refusal[0])
    await expectRefusal(response, ...refusal)
  })

  test('of an original that was damaged in its storage say so', async () => {
    const server = await imageServer({
      blobs: (real) => ({ ...real, readAll: async (...given) => (await real.readAll(...given))?.subarray(0, 700) }),
    })
    const { path } = await upload(server, await sample('photo'))
    const response = await server.fetch(path)
    expect(response.status).toBe(422)
    await expectRefusal(response, 422, 9516)
  })
})

describe('a private image', () => {
  const start = async () => {
    const server = await imageServer()
    await addKey(server, 'first', 'Oix0bbNaT8Rge9PuyxUBrjI6zrgnsyJ5=')
    await addKey(server, 'second', 'another value')
    return { server, image: await upload(server, await quarters(), { requireSignedURLs: 'true' }) }
  }

  test('is shown by a signature of any key, to this browser alone, until it expires', async () => {
    const { server, image } = await start()
    const exp = Math.floor(server.clock.now() / 1000) + 600
    for (const key of ['Oix0bbNaT8Rge9PuyxUBrjI6zrgnsyJ5=', 'another value']) {
      const response = await server.fetch(signed(image.path, key, exp))
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toMatch(/^private, max-age=(600|599)$/)
    }
    const address = signed(image.path, 'another value', exp)
    const etag = (await server.fetch(address)).headers.get('etag') ?? ''
    expect((await server.fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304)
    server.clock.advance(600_000)
    await expectRefusal(await server.fetch(address, { headers: { 'if-none-match': etag } }), 403, 9425, 'expired')
  })

  test('is kept for an hour by a URL that never expires', async () => {
    const { server, image } = await start()
    const response = await server.fetch(signed(image.path, 'another value'))
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private, max-age=3600'])
    const own = `/cdn-cgi/imagedelivery${image.path}`
    expect((await server.fetch(signed(own, 'another value'))).status).toBe(200)
  })

  test('is refused without one, by a removed key, and by the signature of another path', async () => {
    expect.hasAssertions()
    const { server, image } = await start()
    const other = await upload(server, await quarters(), { requireSignedURLs: 'true' })
    const stolen = signed(other.path, 'another value').split('?')[1] ?? ''
    await expectRefusal(await server.fetch(image.path), 403, 9425, 'needs a signature')
    await expectRefusal(await server.fetch(`${image.path}?${stolen}`), 403, 9425, 'does not match')
    await server.database.write([{ sql: "delete from signing_key where name = 'second'", parameters: [] }])
    await expectRefusal(await server.fetch(signed(image.path, 'another value')), 403, 9425, 'does not match')
  })

  test('is public through a variant that never requires a signature', async () => {
    const { server, image } = await start()
    await server.database.write([{ sql: 'update variant set never_require_signed_urls = 1', parameters: [] }])
    const response = await server.fetch(image.path)
    expect([response.status, response.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=172800, stale-while-revalidate=7200',
    ])
  })
})

test('browsers keep images as long as the account says, or the variant', async () => {
  const server = await imageServer()
  const { path } = await upload(server, await quarters())
  const seconds = async () => /max-age=(\d+)/.exec((await server.fetch(path)).headers.get('cache-control') ?? '')?.[1]
  await server.database.write([updateAccountSettings(server.account.id, { browserTtlSeconds: 7200 })])
  expect(await seconds()).toBe('7200')
  await server.database.write([{ sql: 'update variant set browser_ttl_seconds = 3600', parameters: [] }])
  expect(await seconds()).toBe('3600')
})

test('a part of an image is answered alone', async () => {
  const server = await imageServer()
  const { path } = await upload(server, await sample('photo'))
  const whole = await bytesOf(await server.fetch(path))
  const part = await server.fetch(path, { headers: { range: 'bytes=10-19' } })
  expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
    206,
    `bytes 10-19/${whole.length}`,
    '10',
  ])
  expect((await bytesOf(part)).equals(whole.subarray(10, 20))).toBe(true)
  const beyond = await server.fetch(path, { headers: { range: `bytes=${whole.length}-` } })
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${whole.length}`])
  const changed = await server.fetch(path, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } })
  expect([changed.status, (await bytesOf(changed)).length]).toEqual([200, whole.length])
})

test('a part of an original is answered alone, while it is the one that is meant', async () => {
  const server = await imageServer()
  const bytes = await sample('photo')
  const { id } = await upload(server, bytes)
  const get = (headers: Record<string, string>, method = 'GET') => server.api(`/${id}/blob`, { method, headers })
  const whole = await get({})
  const etag = whole.headers.get('etag') ?? ''
  expect([whole.status, whole.headers.get('accept-ranges'), (await bytesOf(whole)).equals(bytes)]).toEqual([
    200,
    'bytes',
    true,
  ])
  const part = await get({ range: 'bytes=10-19', 'if-range': etag })
  expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
    206,
    `bytes 10-19/${bytes.length}`,
    '10',
  ])
  expect((await bytesOf(part)).equals(bytes.subarray(10, 20))).toBe(true)
  expect((await bytesOf(await get({ range: 'bytes=-5' }))).equals(bytes.subarray(-5))).toBe(true)
  const beyond = await get({ range: `bytes=${bytes.length}-` })
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`])
  const changed = await get({ range: 'bytes=0-1', 'if-range': '"other"' })
  expect([changed.status, (await bytesOf(changed)).length]).toEqual([200, bytes.length])
  const head = await get({ range: 'bytes=0-1' }, 'HEAD')
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)])
})

describe('many at once', () => {
  test('1,000 requests for one missing rendition render once', async () => {
    let reads = 0
    const server = await imageServer({
      blobs: (real) => ({
        ...real,
        readAll: (...given) => {
          reads += 1
          return real.readAll(...given)
        },
      }),
      renders: { workers: 1, maxWaiting: 0 },
    })
    const { path } = await upload(server, await sample('photo'))
    const answers = await Promise.all(Array.from({ length: 1000 }, async () => server.fetch(path)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(reads).toBe(1)
    const [first] = await Promise.all(answers.map(bytesOf))
    expect(await sharp(first).metadata()).toMatchObject({ width: 576, height: 768 })
  })

  test('200 different renditions at once hold no more originals than there are workers, and the rest are asked to come again', async () => {
    let [held, most] = [0, 0]
    const server = await imageServer({
      blobs: (real) => ({
        ...real,
        async readAll(...given) {
          held += 1
          most = Math.max(most, held)
          const bytes = await real.readAll(...given)
          held -= 1
          return bytes
        },
      }),
      renders: { workers: 2, maxWaiting: 20 },
    })
    await flexible(server)
    const { options } = await upload(server, await sample('photo'))
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => server.fetch(options(`w=${index + 20},f=jpeg`))),
    )
    const busy = answers.filter(({ status }) => status === 503)
    expect(busy.length).toBe(178)
    expect(busy.map(({ headers }) => headers.get('retry-after'))).toEqual(busy.map(() => '2'))
    await expectRefusal(busy[0] ?? new Response(), 503, 9522)
    const shown = answers.filter(({ status }) => status === 200)
    expect(shown.length).toBe(22)
    expect(most).toBeLessThanOrEqual(2)
    expect([server.renderQueue.runningCount(), server.renderQueue.waitingCount()]).toEqual([0, 0])
    expect((await server.fetch(options('w=219,f=jpeg'))).status).toBe(200)
  })
})
