import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { sweep } from '../src/upkeep/sweep.ts'
import { describeDrivers } from './ground/drivers.ts'
import { type ImageServer, imageServer } from './ground/image-server.ts'

const minuteMs = 60_000

describeDrivers('a direct upload', (driver) => {
  const open = (): Promise<ImageServer> => imageServer({ driver })

  /** As the backend does; its call is relative to `…/images`. */
  const make = async (server: ImageServer, version: 'v1' | 'v2', body?: FormData | object) => {
    const type = body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }
    const response = await server.fetch(`/client/v4/accounts/${server.account.id}/images/${version}/direct_upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, ...type },
      ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    const { result, errors } = await response.json()
    return {
      status: response.status,
      id: result?.id,
      path: result?.uploadURL?.slice('http://images.test'.length),
      errors,
    }
  }

  const fileForm = async (name: 'webp' | 'photo' = 'webp'): Promise<FormData> => {
    const form = new FormData()
    const { bytes, filename } = await sampleImage(name)
    form.append('file', new File([new Uint8Array(bytes)], filename))
    return form
  }

  const brokenForm = (): FormData => {
    const form = new FormData()
    form.append('file', new File(['no image at all'], 'notes.png'))
    return form
  }

  /** As a browser does. */
  const fill = async (server: ImageServer, path: string, form: FormData) => {
    const response = await server.fetch(path, {
      method: 'POST',
      body: form,
      headers: { origin: 'https://app.example' },
    })
    const { result, errors } = await response.json()
    return {
      status: response.status,
      headers: response.headers,
      result,
      code: errors[0]?.code,
      message: errors[0]?.message,
    }
  }

  const details = async (server: ImageServer, id: string) => {
    const response = await server.api(`/${encodeURIComponent(id)}`)
    return response.status === 200 ? (await response.json()).result : response.status
  }

  const eventTypes = async (server: ImageServer): Promise<unknown[]> =>
    (await server.database.read('select type from event order by created_at, id', [])).map(({ type }) => type)

  test('is a draft that no list shows, until it is filled, once, without a token', async () => {
    const server = await open()
    const form = new FormData()
    form.append('metadata', '{"user":7}')
    form.append('creator', 'ada')
    form.append('requireSignedURLs', 'true')
    const { status, id, path } = await make(server, 'v2', form)
    expect([status, path]).toEqual([
      200,
      expect.stringMatching(new RegExp(`^/upload/${server.account.hash}/${id}\\?token=[\\w-]{32}$`)),
    ])
    const draft = {
      id,
      filename: '',
      uploaded: '2026-01-15T10:30:45.123Z',
      requireSignedURLs: true,
      variants: [`http://images.test/${server.account.hash}/${id}/public`],
      meta: { user: 7 },
      creator: 'ada',
      draft: true,
    }
    expect(await details(server, id)).toEqual(draft)
    expect((await (await server.api('')).json()).result.images).toEqual([])
    expect((await (await server.api('/stats')).json()).result.count.current).toBe(0)
    expect((await server.api(`/${id}/blob`)).status).toBe(404)
    expect((await server.fetch(`/${server.account.hash}/${id}/public`)).status).toBe(404)

    server.clock.advance(5 * minuteMs)
    const filled = await fill(server, path, await fileForm())
    const { draft: _, ...stored } = { ...draft, filename: 'hills.webp', uploaded: '2026-01-15T10:35:45.123Z' }
    // Whoever uploads sees nothing of what the backend noted.
    expect(filled.result).toEqual({ ...stored, meta: {}, creator: undefined })
    expect(filled.headers.get('access-control-allow-origin')).toBe('*')
    expect(await details(server, id)).toEqual(stored)
    expect((await (await server.api('')).json()).result.images).toEqual([stored])
    expect(await server.events()).toEqual([
      expect.objectContaining({
        event: 'image.uploaded',
        image: expect.objectContaining({ id, metadata: { user: 7 }, creator: 'ada' }),
      }),
    ])
    expect(server.blobFiles()).toHaveLength(1)

    const again = await fill(server, path, await fileForm('photo'))
    expect([again.status, again.code, again.headers.get('x-should-retry')]).toEqual([409, 5409, 'false'])
    expect(again.headers.get('access-control-allow-origin')).toBe('*')
    expect(server.blobFiles()).toHaveLength(1)
  })

  test.each([
    ['v1, JSON', 'v1', {}],
    ['v1, JSON with an instant of year 1', 'v1', { expiry: '0001-01-01T00:00:00Z' }],
    ['v2, JSON', 'v2', { id: 'a', metadata: { b: [1] }, requireSignedURLs: false, creator: null }],
    ['v2, JSON with texts', 'v2', { metadata: '{"b":1}', requireSignedURLs: 'false', expiry: '' }],
    ['v2, nothing at all', 'v2', undefined],
    ['v2, an empty form', 'v2', new FormData()],
  ] as const)('is made by %s', async (_, version, body) => {
    const server = await open()
    const { status, id, path } = await make(server, version, body)
    expect(status).toBe(200)
    expect((await fill(server, path, await fileForm())).result.id).toBe(id)
  })

  test('is made by what says that it is a form and has no bytes at all', async () => {
    const server = await open()
    const response = await server.fetch(`/client/v4/accounts/${server.account.id}/images/v2/direct_upload`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.token}`,
        'content-type': 'multipart/form-data; boundary=b',
        'content-length': '0',
      },
    })
    expect(response.status).toBe(200)
  })

  test('is made by a form that has nothing but its closing boundary, as the official client sends', async () => {
    const server = await open()
    const response = await server.fetch(`/client/v4/accounts/${server.account.id}/images/v2/direct_upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'multipart/form-data; boundary=----abc' },
      body: '------abc--\r\n',
    })
    expect(response.status).toBe(200)
  })

  test.each([
    ['an expiry under 2 minutes', { expiry: '2026-01-15T10:32:30Z' }, 400, 5400, /expiry must be from 2 minutes/],
    ['an expiry over 6 hours', { expiry: '2026-01-15T16:31:00Z' }, 400, 5400, /expiry must be from 2 minutes/],
    ['an expiry that is none', { expiry: 'tomorrow' }, 400, 5400, /expiry must be an instant of RFC 3339/],
    ['a custom id with signed URLs', { id: 'a', requireSignedURLs: true }, 400, 5400, /custom id cannot require/],
    ['an id that is a UUID', { id: '107b9558-dd06-4bbd-5fef-9c2c16bb7900' }, 400, 5411, /must not be a UUID/],
    ['an id that is a word of the API', { id: 'direct_upload' }, 400, 5411, /API path/],
    ['metadata that is no object', { metadata: '[1]' }, 400, 5400, /metadata must be/],
    ['metadata over 1,024 bytes', { metadata: { a: 'x'.repeat(1024) } }, 400, 5400, /metadata must not be over/],
    ['a number as id', { id: 7 }, 400, 5400, /id must be a text/],
  ])('with %s is answered %s', async (_, body, status, code, sentence) => {
    const server = await open()
    const made = await make(server, 'v2', body)
    expect([made.status, made.errors[0]?.code]).toEqual([status, code])
    expect(String(made.errors[0]?.message)).toMatch(sentence)
  })

  test.each([
    ['file', new File(['x'], 'a.png')],
    ['url', 'https://example.com/a.png'],
  ])('cannot be made with a %s', async (name, value) => {
    const server = await open()
    const form = new FormData()
    form.append(name, value)
    expect(await make(server, 'v2', form)).toMatchObject({ status: 400, errors: [{ code: 5400 }] })
  })

  test('with a custom id keeps that id from others, with its slashes in one segment of the URL', async () => {
    const server = await open()
    const id = 'users/7/ça va%2F?.png'
    const { path } = await make(server, 'v2', { id })
    expect(path).toMatch(/^\/upload\/[\w-]{22}\/users%2F7%2F%C3%A7a%20va%252F%3F\.png\?token=/)
    expect(await make(server, 'v2', { id })).toMatchObject({ status: 409, errors: [{ code: 5409 }] })
    const form = await fileForm()
    form.append('id', id)
    expect((await server.api('', { method: 'POST', body: form })).status).toBe(409)
    expect((await fill(server, path, await fileForm())).result.id).toBe(id)
    expect(await details(server, id)).toMatchObject({ id, filename: 'hills.webp' })
  })

  test('that expired is answered so, shown no more, gives its id free, and is swept', async () => {
    const server = await open()
    const { id, path } = await make(server, 'v2', { id: 'hero' })
    const other = await make(server, 'v2', { expiry: '2026-01-15T12:30:45Z' })
    server.clock.advance(30 * minuteMs - 1)
    expect(await details(server, id)).toMatchObject({ draft: true })
    server.clock.advance(1)
    expect(await fill(server, path, await fileForm())).toMatchObject({ status: 403, message: /expired/ })
    expect(await details(server, id)).toBe(404)
    const second = await make(server, 'v2', { id: 'hero' })
    expect(second.status).toBe(200)
    // The first one's URL is not the second one's.
    expect(await fill(server, path, await fileForm())).toMatchObject({ status: 404, code: 5404 })

    server.clock.advance(60 * minuteMs)
    const parts = { ...server, blobs: server.blobs }
    expect(await sweep(parts)).toMatchObject({ directUploadCount: 0 })
    server.clock.advance(30 * minuteMs)
    expect(await sweep(parts)).toMatchObject({ directUploadCount: 1 })
    expect((await server.database.read('select id from image', [])).map((row) => row['id'])).toEqual([other.id])
    expect(await fill(server, second.path, await fileForm())).toMatchObject({ status: 404 })
    expect(await eventTypes(server)).toEqual([])
  })

  test('that was filled stays when its URL is swept', async () => {
    const server = await open()
    const { id, path } = await make(server, 'v2', {})
    await fill(server, path, await fileForm())
    server.clock.advance(3 * 60 * minuteMs)
    expect(await sweep({ ...server, blobs: server.blobs })).toMatchObject({ directUploadCount: 1 })
    expect(await details(server, id)).toMatchObject({ id })
  })

  test('whose draft was removed leads nowhere, without an event', async () => {
    const server = await open()
    const { id, path } = await make(server, 'v2', {})
    expect((await server.api(`/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect((await server.api(`/${id}`, { method: 'DELETE' })).status).toBe(404)
    expect(await fill(server, path, await fileForm())).toMatchObject({ status: 404, code: 5404 })
    expect(await eventTypes(server)).toEqual([])
  })

  test('cannot be found by guessing', async () => {
    const server = await open()
    const { id, path } = await make(server, 'v2', {})
    const wrong = [
      path.replace(/token=.*/, ''),
      path.replace(/token=.*/, 'token='),
      `${path}x`,
      path.replace(id, 'other'),
      path.replace(server.account.hash, 'x'.repeat(22)),
      path.replace(id, '%00'),
    ]
    for (const guess of wrong)
      expect(await fill(server, guess, await fileForm()), guess).toMatchObject({ status: 404, code: 5404 })
    expect(server.blobFiles()).toEqual([])
  })

  test('of which several come at once is filled by one', async () => {
    const server = await open()
    const { path } = await make(server, 'v2', {})
    const forms = await Promise.all(Array.from({ length: 6 }, () => fileForm()))
    const answers = await Promise.all(forms.map((form) => fill(server, path, form)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409, 409])
    expect(await eventTypes(server)).toEqual(['image.uploaded'])
    expect(server.blobFiles()).toHaveLength(1)
  })

  test('with a bad file announces that, and takes a better one', async () => {
    const server = await open()
    const { id, path } = await make(server, 'v2', { metadata: { user: 7 } })
    const refused = await fill(server, path, brokenForm())
    expect([refused.status, refused.code]).toEqual([415, 5455])
    expect(await server.events()).toEqual([
      {
        event: 'image.upload_failed',
        timestamp: '2026-01-15T10:30:45.123Z',
        accountId: server.account.id,
        image: {
          id,
          filename: '',
          uploaded: '2026-01-15T10:30:45.123Z',
          requireSignedURLs: false,
          variants: [`http://images.test/${server.account.hash}/${id}/public`],
          metadata: { user: 7 },
        },
        error: { code: 'image_format_unsupported', message: refused.message },
      },
    ])
    const others = await Promise.all([brokenForm(), brokenForm(), brokenForm()].map((form) => fill(server, path, form)))
    expect(others.map(({ status }) => status)).toEqual([415, 415, 415])
    expect((await fill(server, path, await fileForm())).status).toBe(200)
    expect(await eventTypes(server)).toEqual([
      ...Array.from({ length: 4 }, () => 'image.upload_failed'),
      'image.uploaded',
    ])
    expect(server.blobFiles()).toHaveLength(1)
  })

  test('with no file, a broken form or a second file says so, and announces nothing', async () => {
    const server = await open()
    const { path } = await make(server, 'v2', {})
    expect(await fill(server, path, new FormData())).toMatchObject({ status: 400, message: /no part "file"/ })
    const raw = await server.fetch(path, { method: 'POST', body: 'pixels', headers: { 'content-type': 'image/png' } })
    expect([raw.status, (await raw.json()).errors[0].code]).toEqual([415, 5415])
    const two = await fileForm()
    two.append('file', new File(['x'], 'b.png'))
    expect((await fill(server, path, two)).status).toBe(400)
    expect((await server.fetch(path, { method: 'PUT', body: 'x' })).headers.get('allow')).toBe('POST')
    expect(await eventTypes(server)).toEqual([])
    expect((await fill(server, path, await fileForm())).status).toBe(200)
  })

  test('is closed after ten bad files, so that nobody can make events without end', async () => {
    const server = await open()
    const { path } = await make(server, 'v2', {})
    for (let count = 0; count < 10; count++) expect((await fill(server, path, brokenForm())).status).toBe(415)
    expect(await fill(server, path, await fileForm())).toMatchObject({ status: 409, message: /Over 9 files/ })
    expect(await eventTypes(server)).toHaveLength(10)
  })

  test('answers a browser’s preflight from any origin', async () => {
    const server = await open()
    const { path } = await make(server, 'v2', {})
    const preflight = await server.fetch(path, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-requested-with',
      },
    })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
    expect(preflight.headers.get('access-control-allow-methods')).toBe('POST')
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,x-requested-with')
  })

  test('keeps its secret out of the log and the tables', async () => {
    const server = await open()
    const { path } = await make(server, 'v2', {})
    await fill(server, path, brokenForm())
    const secret = path.split('token=')[1]
    const rows = await server.database.read('select * from direct_upload', [])
    expect(JSON.stringify([server.log.lines, rows, await server.events()])).not.toContain(secret)
  })
})
