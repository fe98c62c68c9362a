import { describe, expect, test } from 'vitest'
import { sampleImage, sampleNames, type SampleName } from '../scripts/sample-images.ts'
import { brokenImage, brokenNames } from './fixtures/images.ts'
import { imageServer, type ImageServer } from './ground/image-server.ts'

type Form = Record<string, string>

const formOf = async (name: SampleName = 'webp', fields: Form = {}): Promise<FormData> => {
  const { bytes, filename, mime } = await sampleImage(name)
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  form.append('file', new File([new Uint8Array(bytes)], filename, { type: mime }))
  return form
}

const post = async (server: ImageServer, form: FormData): Promise<Response> =>
  server.api('', { method: 'POST', body: form })

type Envelope = { success: boolean; errors: { code: number; message: string }[]; messages: unknown[]; result: never }

const read = async (response: Response): Promise<Envelope> => {
  expect(response.headers.get('content-type')).toBe('application/json')
  return response.json()
}

const resultOf = async (response: Response): Promise<Record<string, never>> => {
  const body = await read(response)
  expect([response.status, body]).toMatchObject([200, { success: true, errors: [], messages: [] }])
  return body.result
}

/** Everything that an upload could leave. */
const leftBy = async (server: ImageServer) => ({
  rows: await server.database.read('select id from image', []),
  events: await server.events(),
  files: server.blobFiles(),
})

const nothing = { rows: [], events: [], files: [] }

/** Status, number and sentence of a refusal in Cloudflare's envelope. */
const refusalOf = async (response: Response): Promise<unknown> => {
  const { errors, ...rest } = await read(response)
  expect(rest).toEqual({ success: false, result: null, messages: [] })
  return [response.status, errors.map(({ code, message }) => [code, message])]
}

const refusal = (status: number, code: number, sentence: RegExp): unknown => [
  status,
  [[code, expect.stringMatching(sentence)]],
]

describe('an upload', () => {
  test.each(sampleNames)('of the sample "%s" is stored, told and shown', async (name) => {
    const server = await imageServer()
    const sample = await sampleImage(name)
    const image = await resultOf(await post(server, await formOf(name)))
    const shown = {
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{10}00$/),
      filename: sample.filename,
      uploaded: '2026-01-15T10:30:45.123Z',
      requireSignedURLs: false,
      variants: [`http://images.test/${server.account.hash}/${image['id']}/public`],
      meta: {},
    }
    expect(image).toEqual(shown)
    expect(await resultOf(await server.api(`/${image['id']}`))).toEqual(shown)
    const blob = await server.api(`/${image['id']}/blob`)
    expect(blob.headers.get('content-type')).toBe(sample.mime)
    expect(blob.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(blob.headers.get('x-content-type-options')).toBe('nosniff')
    expect(Buffer.from(await blob.arrayBuffer()).equals(sample.bytes)).toBe(true)
    expect(server.blobFiles()).toHaveLength(1)
    expect(await server.events()).toHaveLength(1)
  })

  test('is told with exactly the guide’s keys in their order, and metadata and creator only when set', async () => {
    const server = await imageServer()
    const plain = await resultOf(await post(server, await formOf()))
    server.clock.advance(1)
    const fields = { metadata: '{"user":{"id":7}}', creator: 'ada', requireSignedURLs: 'true' }
    const full = await resultOf(await post(server, await formOf('photo', fields)))
    const common = { event: 'image.uploaded', timestamp: '', accountId: server.account.id }
    const events = await server.events()
    expect(events.map((event) => JSON.stringify(event))).toEqual([
      JSON.stringify({
        ...common,
        timestamp: '2026-01-15T10:30:45.123Z',
        image: {
          id: plain['id'],
          filename: 'hills.webp',
          uploaded: '2026-01-15T10:30:45.123Z',
          requireSignedURLs: false,
          variants: plain['variants'],
        },
      }),
      JSON.stringify({
        ...common,
        timestamp: '2026-01-15T10:30:45.124Z',
        image: {
          id: full['id'],
          filename: 'lake-at-noon.jpg',
          uploaded: '2026-01-15T10:30:45.124Z',
          requireSignedURLs: true,
          variants: full['variants'],
          metadata: { user: { id: 7 } },
          creator: 'ada',
        },
      }),
    ])
    expect(full).toMatchObject({ meta: { user: { id: 7 } }, creator: 'ada', requireSignedURLs: true })
  })

  test.each([
    'logo',
    'this/is/my id%é',
    'a%2Fb',
    'plus+and&amp?#',
    '写真/夏.jpg',
    '日本.avif',
    "it's (me)~!*",
    'x'.repeat(1024),
  ])('under the custom id %j is found, served and deleted', async (id) => {
    const server = await imageServer()
    const image = await resultOf(await post(server, await formOf('webp', { id })))
    expect(image['id']).toBe(id)
    const path = `/${encodeURIComponent(id)}`
    expect(await resultOf(await server.api(path))).toEqual(image)
    const [url] = image['variants'] ?? []
    expect((await server.app.fetch(new Request(String(url)))).status).toBe(200)
    expect(await resultOf(await server.api(path, { method: 'DELETE' }))).toEqual({})
    expect((await server.api(path)).status).toBe(404)
  })

  test('under a taken id is refused for good, and the first image stays as it was', async () => {
    const server = await imageServer()
    const first = await resultOf(await post(server, await formOf('webp', { id: 'hero' })))
    const refused = await post(server, await formOf('photo', { id: 'hero' }))
    expect(refused.headers.get('x-should-retry')).toBe('false')
    expect(await refusalOf(refused)).toEqual(refusal(409, 5409, /"hero" already exists/))
    expect(await resultOf(await server.api('/hero'))).toEqual(first)
    expect(server.blobFiles()).toHaveLength(1)
    expect(await server.events()).toHaveLength(1)
  })

  test('of one id by many at once is stored once, and deleted once', async () => {
    const server = await imageServer()
    const forms = await Promise.all(Array.from({ length: 8 }, () => formOf('webp', { id: 'hero' })))
    const uploads = await Promise.all(forms.map((form) => post(server, form)))
    expect(uploads.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 409)])
    expect(server.blobFiles()).toHaveLength(1)
    const deletes = await Promise.all(Array.from({ length: 5 }, () => server.api('/hero', { method: 'DELETE' })))
    expect(deletes.map(({ status }) => status).toSorted()).toEqual([200, 404, 404, 404, 404])
    expect(server.blobFiles()).toEqual([])
    expect(await server.events()).toMatchObject([{ event: 'image.uploaded' }, { event: 'image.deleted' }])
  })

  test('of an id that was deleted in the same millisecond has a later time', async () => {
    const server = await imageServer()
    for (let round = 0; round < 3; round++) {
      await resultOf(await post(server, await formOf('webp', { id: 'hero' })))
      await resultOf(await server.api('/hero', { method: 'DELETE' }))
    }
    const events = await server.events()
    expect(events).toMatchObject([
      { event: 'image.uploaded', timestamp: '2026-01-15T10:30:45.123Z' },
      { event: 'image.deleted', timestamp: '2026-01-15T10:30:45.124Z' },
      { event: 'image.uploaded', timestamp: '2026-01-15T10:30:45.125Z' },
      { event: 'image.deleted', timestamp: '2026-01-15T10:30:45.126Z' },
      { event: 'image.uploaded', timestamp: '2026-01-15T10:30:45.127Z' },
      { event: 'image.deleted', timestamp: '2026-01-15T10:30:45.128Z' },
    ])
  })

  test('before a time that the clock has gone back from has a later time all the same', async () => {
    const server = await imageServer()
    await resultOf(await post(server, await formOf('webp', { id: 'hero' })))
    server.clock.setNow(Date.UTC(2020, 0, 1))
    await resultOf(await server.api('/hero', { method: 'DELETE' }))
    expect(await server.events()).toMatchObject([
      { timestamp: '2026-01-15T10:30:45.123Z' },
      { event: 'image.deleted', timestamp: '2026-01-15T10:30:45.124Z' },
    ])
  })

  test('by Cloudflare’s older pair of headers is taken too', async () => {
    const server = await imageServer()
    const headers = { 'x-auth-email': 'ada@example.com', 'x-auth-key': server.token }
    const path = `/client/v4/accounts/${server.account.id}/images/v1`
    const response = await server.fetch(path, { method: 'POST', body: await formOf(), headers })
    expect(await resultOf(response)).toMatchObject({ filename: 'hills.webp' })
  })
})

describe('a bad upload', () => {
  test.each(brokenNames)('with the broken file "%s" is refused and leaves nothing', async (name) => {
    const server = await imageServer()
    const broken = await brokenImage(name)
    const form = new FormData()
    form.append('file', new File([new Uint8Array(broken.bytes)], broken.filename, { type: broken.mime }))
    const response = await post(server, form)
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    const { errors } = await read(response)
    expect(errors).toMatchObject([{ code: expect.any(Number), message: expect.stringMatching(/[a-z].*\.$/) }])
    expect(await leftBy(server)).toEqual(nothing)
  })

  test.each<[string, Form, number, number, RegExp]>([
    ['an id that is a UUID', { id: '2cdc28f0-017a-49c4-9ed7-087056c83901' }, 400, 5411, /must not be a UUID/],
    ['an id with another extension', { id: 'notes.txt' }, 400, 5411, /non-image file name extension/],
    ['an id that begins with a slash', { id: '/a' }, 400, 5411, /start or end with a slash/],
    ['an id with dot segments', { id: 'a/../b' }, 400, 5411, /segments/],
    ['an id that is an API path', { id: 'webhooks/x' }, 400, 5411, /API path "webhooks"/],
    ['an id that is too long', { id: 'x'.repeat(1025) }, 400, 5411, /1024 characters/],
    ['an empty id', { id: '' }, 400, 5411, /must not be empty/],
    ['an id and signed URLs', { id: 'a', requireSignedURLs: 'true' }, 400, 5400, /cannot require signed URLs/],
    ['a flag that is neither', { requireSignedURLs: 'yes' }, 400, 5400, /"true" or "false"/],
    ['a creator that is too long', { creator: 'x'.repeat(1025) }, 400, 5400, /creator must not be longer/],
    ['a creator with a NUL', { creator: 'a\u0000b' }, 400, 5400, /control characters/],
    ['metadata that is no JSON', { metadata: 'a=b' }, 400, 5400, /metadata must be JSON/],
    ['metadata that is too long', { metadata: JSON.stringify({ a: 'x'.repeat(1017) }) }, 400, 5400, /1024 bytes/],
    ['a url beside its file', { url: 'https://example.com/a.png' }, 400, 5400, /both "file" and "url"/],
  ])('with %s is refused and leaves nothing', async (_, fields, status, code, sentence) => {
    const server = await imageServer()
    expect(await refusalOf(await post(server, await formOf('webp', fields)))).toEqual(refusal(status, code, sentence))
    expect(await leftBy(server)).toEqual(nothing)
  })

  test('without a file and without a url is refused', async () => {
    const server = await imageServer()
    const form = new FormData()
    form.append('id', 'a')
    expect(await refusalOf(await post(server, form))).toEqual(refusal(400, 5400, /neither "file" nor "url"/))
    expect(await leftBy(server)).toEqual(nothing)
  })

  test('with a filename of 256 characters is refused', async () => {
    const server = await imageServer()
    const { bytes } = await sampleImage('webp')
    const form = new FormData()
    form.append('file', new File([new Uint8Array(bytes)], `${'x'.repeat(251)}.webp`))
    expect(await refusalOf(await post(server, form))).toEqual(
      refusal(400, 5400, /filename must not be longer than 255/),
    )
    expect(await leftBy(server)).toEqual(nothing)
  })

  test.each<[string, string, string | undefined, number, number]>([
    ['raw bytes', 'pixels', 'image/png', 415, 5415],
    ['no content type', 'pixels', undefined, 415, 5415],
    ['a form without a boundary', 'pixels', 'multipart/form-data', 415, 5415],
    ['a form with another boundary', '--a\r\n\r\n--a--', 'multipart/form-data; boundary=b', 400, 5450],
    ['an empty body', '', 'multipart/form-data; boundary=b', 400, 5450],
  ])('of %s is refused', async (_, text, contentType, status, code) => {
    const server = await imageServer()
    const body = new Blob([text])
    const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType }
    expect(await refusalOf(await server.api('', { method: 'POST', body, headers }))).toEqual(
      refusal(status, code, /\.$/),
    )
    expect(await leftBy(server)).toEqual(nothing)
  })

  test('that is cut off in its file leaves nothing', async () => {
    const server = await imageServer()
    const whole = new Request('http://x', { method: 'POST', body: await formOf('photo') })
    const contentType = whole.headers.get('content-type') ?? ''
    const bytes = Buffer.from(await whole.arrayBuffer())
    const half = new Blob([bytes.subarray(0, bytes.length / 2)])
    const response = await server.api('', { method: 'POST', body: half, headers: { 'content-type': contentType } })
    expect(await refusalOf(response)).toEqual(refusal(400, 5450, /cut off/))
    expect(await leftBy(server)).toEqual(nothing)
  })

  test('whose client goes away leaves nothing', async () => {
    const server = await imageServer()
    const whole = new Request('http://x', { method: 'POST', body: await formOf('photo') })
    const contentType = whole.headers.get('content-type') ?? ''
    const bytes = new Uint8Array(await whole.arrayBuffer())
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(0, bytes.length / 2))
      },
      pull(controller) {
        controller.error(new Error('gone'))
      },
    })
    const init = { method: 'POST', body, headers: { 'content-type': contentType }, duplex: 'half' } as const
    expect(await refusalOf(await server.api('', init))).toEqual(refusal(400, 5433, /connection ended/))
    expect(await leftBy(server)).toEqual(nothing)
  })

  test('over ten megabytes is refused', async () => {
    const server = await imageServer()
    const form = new FormData()
    form.append('file', new File([new Uint8Array(10 * 1024 * 1024 + 1)], 'big.png'))
    expect(await refusalOf(await post(server, form))).toEqual(refusal(413, 5413, /10 MB/))
    expect(await leftBy(server)).toEqual(nothing)
  })
})

describe('what can go wrong inside', () => {
  test('a full disk is said with 503, and nothing is left', async () => {
    const server = await imageServer({
      blobs: (real) => ({
        ...real,
        async createTemporary(source, options) {
          const temporary = await real.createTemporary(source, options)
          return { ...temporary, makePermanent: () => Promise.reject(new Error('ENOSPC: secret path')) }
        },
      }),
    })
    expect(await refusalOf(await post(server, await formOf()))).toEqual(refusal(500, 5500, /its log says why/))
    expect(await leftBy(server)).toEqual(nothing)
    expect(server.log.lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'A request failed' }))
  })

  test('a connection lost after the commit is found out, and the upload is acknowledged', async () => {
    let lose = false
    const server = await imageServer({
      database: (real) => ({
        ...real,
        async write(unit) {
          const outcome = await real.write(unit)
          if (!lose) return outcome
          throw new Error('connection lost')
        },
      }),
    })
    lose = true
    const image = await resultOf(await post(server, await formOf()))
    expect(await resultOf(await server.api(`/${image['id']}`))).toEqual(image)
    server.clock.advance(1)
    expect(await resultOf(await server.api(`/${image['id']}`, { method: 'DELETE' }))).toEqual({})
    expect(server.blobFiles()).toEqual([])
    expect(await server.events()).toHaveLength(2)
  })

  test('a connection lost before the commit is said with 503, and the blob stays for the sweep', async () => {
    let lose = false
    const server = await imageServer({
      database: (real) => ({
        ...real,
        write: (unit) => (lose ? Promise.reject(new Error('connection lost')) : real.write(unit)),
      }),
    })
    lose = true
    const response = await post(server, await formOf())
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await refusalOf(response)).toEqual(refusal(503, 5503, /could not confirm/))
    expect(server.blobFiles()).toHaveLength(1)
  })

  test('an upload that takes over an hour from its blob to its row is given up', async () => {
    const server: ImageServer = await imageServer({
      database: (real) => ({
        ...real,
        async write(unit) {
          // Each try finds the time taken, and time goes by.
          if (!unit.some(({ sql }) => sql.includes('insert into image'))) return real.write(unit)
          server.clock.advance(3_600_001)
          return { committed: false, reason: 'count', index: 1 }
        },
      }),
    })
    expect(await refusalOf(await post(server, await formOf()))).toEqual(refusal(503, 5503, /too long/))
    expect(await leftBy(server)).toEqual(nothing)
  })
})

describe('the list', () => {
  test('shows pages, newest first, of all, of one creator, or of those without', async () => {
    const server = await imageServer()
    for (const [id, creator] of [
      ['a', 'ada'],
      ['b', ''],
      ['c', 'ada'],
    ] as const) {
      await resultOf(await post(server, await formOf('webp', { id, creator })))
      server.clock.advance(1000)
    }
    const ids = async (query: string): Promise<unknown> => {
      const response = await server.api(query)
      const { images } = await resultOf(response.clone())
      const { result_info } = await response.json()
      return [images?.['map'] && [...images].map(({ id }) => id), result_info]
    }
    expect(await ids('')).toEqual([['c', 'b', 'a'], { page: 1, per_page: 1000, count: 3 }])
    expect(await ids('?page=2&per_page=2')).toEqual([['a'], { page: 2, per_page: 2, count: 1 }])
    expect(await ids('?creator=ada')).toEqual([['c', 'a'], { page: 1, per_page: 1000, count: 2 }])
    expect(await ids('?creator=')).toEqual([['b'], { page: 1, per_page: 1000, count: 1 }])
    expect(await resultOf(await server.api('/stats'))).toEqual({ count: { current: 3, allowed: 2_147_483_647 } })
  })

  test.each(['?page=0', '?per_page=10001', '?page=x', '?per_page=1.5'])('refuses %s', async (query) => {
    const server = await imageServer()
    expect(await refusalOf(await server.api(query))).toEqual(
      refusal(400, 5400, /^(page|per_page) must be a whole number from 1 to /),
    )
  })
})

test('a list passes over parameters that mean nothing, as Cloudflare does', async () => {
  const server = await imageServer()
  expect((await server.api('?colour=red&page=1&page=2')).status).toBe(200)
})

describe('an unknown image', () => {
  test.each(['GET', 'DELETE'])('is not found by %s', async (method) => {
    const server = await imageServer()
    expect(await refusalOf(await server.api('/nobody', { method }))).toEqual(
      refusal(404, 5404, /no image with the id "nobody"/),
    )
    expect(await refusalOf(await server.api('/nobody/blob'))).toEqual(refusal(404, 5404, /no image/))
  })
})

test('an address of images takes its own methods only', async () => {
  const server = await imageServer()
  const response = await server.api('/hero/blob', { method: 'PUT' })
  expect(response.headers.get('allow')).toBe('HEAD, GET')
  expect(await refusalOf(response)).toEqual(refusal(405, 10405, /HEAD, GET only/))
})

describe('a blob call', () => {
  test('by HEAD answers its head alone', async () => {
    const server = await imageServer()
    await resultOf(await post(server, await formOf('photo', { id: 'photo' })))
    const response = await server.api('/photo/blob', { method: 'HEAD' })
    const { bytes } = await sampleImage('photo')
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(bytes.length)])
    expect(await response.text()).toBe('')
  })
})
