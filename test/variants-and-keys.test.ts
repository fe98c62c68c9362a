import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { describeDrivers, type Driver } from './ground/drivers.ts'
import { imageServer } from './ground/image-server.ts'

type Json = ReturnType<JSON['parse']>

const open = async (driver: Driver) => {
  const server = await imageServer({ driver })
  const call = async (method: string, path: string, body?: object): Promise<Json> => {
    const response = await server.api(path, { method, ...(body && { body: JSON.stringify(body) }) })
    return { status: response.status, retry: response.headers.get('x-should-retry'), ...(await response.json()) }
  }
  return { server, call }
}

const whole = { fit: 'cover', metadata: 'keep', width: 20, height: 10 }
const refusal = (status: number, code: number, sentence: RegExp): object => ({
  status,
  success: false,
  errors: [{ code, message: expect.stringMatching(sentence) }],
})

describeDrivers('variants', (driver) => {
  test('are made, listed as a map, shown whole and flat, changed and removed', async () => {
    const { call } = await open(driver)
    const hero = { id: 'hero', options: whole, neverRequireSignedURLs: false }
    expect((await call('POST', '/variants', { id: 'hero', options: whole })).result).toEqual({ variant: hero })
    const listed = {
      id: 'public',
      options: { fit: 'scale-down', metadata: 'none', width: 1366, height: 768 },
      neverRequireSignedURLs: false,
    }
    expect((await call('GET', '/variants')).result).toEqual({ variants: { hero, public: listed } })
    expect((await call('GET', '/variants/hero')).result).toEqual({ variant: hero })
    expect((await call('GET', '/variants/hero/flat')).result).toEqual(hero)
    const changed = { ...hero, options: { fit: 'pad', metadata: 'none', width: 5 }, neverRequireSignedURLs: true }
    expect(
      (await call('PATCH', '/variants/hero', { options: { fit: 'pad', width: 5 }, neverRequireSignedURLs: true }))
        .result,
    ).toEqual({ variant: changed })
    expect((await call('PATCH', '/variants/hero', { options: whole })).result).toEqual({
      variant: { ...changed, options: whole },
    })
    expect((await call('DELETE', '/variants/hero')).result).toEqual({})
    for (const [method, path] of [
      ['GET', '/variants/hero'],
      ['GET', '/variants/hero/flat'],
      ['DELETE', '/variants/hero'],
      ['GET', '/variants/a%00b'],
    ] as const)
      expect(await call(method, path)).toMatchObject(refusal(404, 5401, /no variant with the name/))
    expect(await call('PATCH', '/variants/hero', { options: {} })).toMatchObject(refusal(404, 5401, /"hero"/))
  })

  test('may leave out what has a default, as Cloudflare’s own example does', async () => {
    const { call } = await open(driver)
    expect(
      (await call('POST', '/variants', { id: 'avatar', options: { width: 100, browser_ttl: 86_400 } })).result.variant,
    ).toEqual({
      id: 'avatar',
      options: { fit: 'scale-down', metadata: 'none', width: 100, browser_ttl: 86_400 },
      neverRequireSignedURLs: false,
    })
  })

  test('that are changed or removed are seen at once: no old rendition, no old ETag, new URLs in every image', async () => {
    const { server, call } = await open(driver)
    await call('POST', '/variants', { id: 'small', options: { width: 10 } })
    const form = new FormData()
    const { bytes, filename } = await sampleImage('webp')
    form.append('file', new File([new Uint8Array(bytes)], filename))
    const image = (await (await server.api('', { method: 'POST', body: form })).json()).result
    expect(image.variants.map((url: string) => url.split('/').at(-1))).toEqual(['public', 'small'])
    const path = new URL(image.variants[1]).pathname
    const first = await server.fetch(path)
    const etag = first.headers.get('etag') ?? ''
    const firstBytes = Buffer.from(await first.arrayBuffer())
    await call('PATCH', '/variants/small', { options: { width: 20 } })
    const second = await server.fetch(path, { headers: { 'if-none-match': etag } })
    expect(second.status).toBe(200)
    expect(Buffer.from(await second.arrayBuffer()).equals(firstBytes)).toBe(false)
    await call('DELETE', '/variants/small')
    expect((await server.fetch(path)).status).toBe(404)
    expect((await call('GET', `/${image.id}`)).result.variants).toHaveLength(1)
    await call('POST', '/variants', { id: 'small', options: { width: 30 } })
    const third = await server.fetch(path, { headers: { 'if-none-match': etag } })
    expect([third.status, third.headers.get('etag') === second.headers.get('etag')]).toEqual([200, false])
    await third.arrayBuffer()
  })

  test('of a taken name are refused for good, also where two come at once', async () => {
    const { call } = await open(driver)
    const answers = await Promise.all([1, 2].map(() => call('POST', '/variants', { id: 'hero', options: {} })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const taken = await call('POST', '/variants', { id: 'hero', options: {} })
    expect(taken).toMatchObject({ retry: 'false', ...refusal(409, 5409, /"hero" already exists/) })
    expect((await call('POST', '/variants', { id: 'public', options: {} })).status).toBe(409)
  })

  test('are 100 at most, also where many come at once', async () => {
    const { call } = await open(driver)
    const make = (id: string): Promise<Json> => call('POST', '/variants', { id, options: {} })
    for (let at = 1; at < 95; at++) expect((await make(`v${at}`)).status).toBe(200)
    const last = await Promise.all(Array.from({ length: 8 }, (_, at) => make(`last${at}`)))
    expect(last.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 403, 403, 403])
    expect(await make('more')).toMatchObject(refusal(403, 5453, /has 100 variants/))
    expect(await make('v1')).toMatchObject(refusal(409, 5409, /already exists/))
  })

  test('named public stay', async () => {
    const { call } = await open(driver)
    expect(await call('DELETE', '/variants/public')).toMatchObject(refusal(400, 5400, /"public" cannot be deleted/))
    expect((await call('PATCH', '/variants/public', { options: { width: 7 } })).result.variant.options.width).toBe(7)
  })

  test.each([
    [{ options: {} }, /^id /],
    [{ id: '', options: {} }, /must not be empty/],
    [{ id: 'a/b', options: {} }, /must not hold a slash or an equals sign/],
    [{ id: 'w=400', options: {} }, /must not hold a slash or an equals sign/],
    [{ id: '..', options: {} }, /must not be "\." or "\.\."/],
    [{ id: 'a\u0000', options: {} }, /must be valid text/],
    [{ id: 'x'.repeat(100), options: {} }, /must not be longer than 99 characters/],
    [{ id: 'a' }, /^options /],
    [{ id: 'a', options: { fit: 'squeeze' } }, /^options\.fit /],
    [{ id: 'a', options: { metadata: 'all' } }, /^options\.metadata /],
    [{ id: 'a', options: { width: 0 } }, /^options\.width must be a whole number from 1 to 100000/],
    [{ id: 'a', options: { height: 1.5 } }, /^options\.height must be a whole number/],
    [{ id: 'a', options: { browser_ttl: 3599 } }, /^options\.browser_ttl must be a whole number from 3600 to 31536000/],
    [{ id: 'a', options: { blur: 3 } }, /blur/],
    [{ id: 'a', options: {}, neverRequireSignedURLs: 'yes' }, /^neverRequireSignedURLs /],
  ])('like %j are refused', async (body, sentence) => {
    const { call } = await open(driver)
    expect(await call('POST', '/variants', body)).toMatchObject(refusal(400, 5400, sentence))
    expect(Object.keys((await call('GET', '/variants')).result.variants)).toEqual(['public'])
  })
})

describeDrivers('signing keys of the API', (driver) => {
  test('are put, listed and deleted, each time answering all; the last one is followed by a default', async () => {
    const { call } = await open(driver)
    const first = (await call('GET', '/keys')).result
    expect(first).toEqual({ keys: [{ name: 'default', value: expect.stringMatching(/^[\w+/]{43}=$/) }] })
    const two = (await call('PUT', '/keys/mobile%20app')).result
    expect(two.keys.map(({ name }: { name: string }) => name)).toEqual(['default', 'mobile app'])
    expect((await call('PUT', '/keys/mobile%20app')).result).toEqual(two)
    expect((await call('GET', '/keys')).result).toEqual(two)
    expect((await call('DELETE', '/keys/mobile%20app')).result).toEqual(first)
    expect(await call('DELETE', '/keys/mobile%20app')).toMatchObject(
      refusal(404, 5475, /no signing key .* "mobile app"/),
    )
    const next = (await call('DELETE', '/keys/default')).result
    expect(next).toEqual({ keys: [{ name: 'default', value: expect.any(String) }] })
    expect(next).not.toEqual(first)
    expect(await call('PUT', `/keys/${'x'.repeat(21)}`)).toMatchObject(refusal(400, 5400, /1 to 20 characters/))
    for (let count = 1; count < 25; count++) await call('PUT', `/keys/key${count}`)
    expect(await call('PUT', '/keys/more')).toMatchObject(refusal(403, 5453, /has 25 signing keys/))
  })
})

describeDrivers('the settings of serving', (driver) => {
  test('begin with Cloudflare’s defaults, and change one by one', async () => {
    const { call } = await open(driver)
    const begun = { flexible_variants: false, browser_ttl: 172_800, preserve_content_credentials: false }
    expect((await call('GET', '/config')).result).toEqual(begun)
    expect((await call('PATCH', '/config', { flexible_variants: true })).result).toEqual({
      ...begun,
      flexible_variants: true,
    })
    const changed = { ...begun, flexible_variants: true, browser_ttl: 3600 }
    expect((await call('PATCH', '/config', { browser_ttl: 3600, flexible_variants: null })).result).toEqual(changed)
    expect((await call('PATCH', '/config', { preserve_content_credentials: false })).result).toEqual(changed)
    expect((await call('GET', '/config')).result).toEqual(changed)
  })

  test.each([
    [{ browser_ttl: 3599 }, /^browser_ttl must be a whole number from 3600 to 31536000/],
    [{ browser_ttl: 31_536_001 }, /^browser_ttl /],
    [{ flexible_variants: 'true' }, /^flexible_variants /],
    [{ preserve_content_credentials: true }, /content credentials are not kept/],
    [{ flexible: true }, /flexible/],
  ])('refuse %j', async (change, sentence) => {
    const { call } = await open(driver)
    expect(await call('PATCH', '/config', change)).toMatchObject(refusal(400, 5400, sentence))
  })
})
