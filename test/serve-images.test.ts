import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { sampleImage, type SampleName } from '../scripts/sample-images.ts'
import { mimeTypes, sniff } from '../src/pixels/formats.ts'
import { scriptedDrawing } from './fixtures/images.ts'
import { findImage } from '../src/store/images.ts'
import { imageServer, type ImageServer } from './ground/image-server.ts'

const upload = async (
  server: ImageServer,
  name: SampleName | typeof scriptedDrawing,
  fields: Record<string, string> = {},
): Promise<{ id: string; path: string }> => {
  const { bytes, filename, mime } = typeof name === 'string' ? await sampleImage(name) : name
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  form.append('file', new File([new Uint8Array(bytes)], filename, { type: mime }))
  const response = await server.api('', { method: 'POST', body: form })
  const { result } = await response.json()
  return { id: result.id, path: new URL(result.variants[0]).pathname }
}

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())

const refusalOf = async (response: Response): Promise<unknown> => [
  response.status,
  response.headers.get('cf-resized'),
  await response.text(),
]

describe('an image through its variant', () => {
  test('is fitted, upright, without EXIF, and never stands on its own as a page', async () => {
    const server = await imageServer()
    const { path } = await upload(server, 'photo')
    const response = await server.fetch(path)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'public, max-age=172800, stale-while-revalidate=7200',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cf-resized': 'internal=ok/m',
      vary: 'Accept',
      etag: expect.stringMatching(/^"[A-Za-z0-9_-]{27}"$/),
    })
    const bytes = await bytesOf(response)
    expect(response.headers.get('content-length')).toBe(String(bytes.length))
    const { width, height, orientation, exif } = await sharp(bytes).metadata()
    expect({ width, height, orientation, exif }).toEqual({
      width: 576,
      height: 768,
      orientation: undefined,
      exif: undefined,
    })
  })

  test.each<[SampleName, string | undefined, string]>([
    ['photo', 'image/avif,image/webp,*/*;q=0.8', 'image/avif'],
    ['photo', 'image/webp,*/*;q=0.8', 'image/webp'],
    ['photo', 'image/webp;q=0, */*', 'image/jpeg'],
    ['photo', '*/*', 'image/jpeg'],
    ['transparent', undefined, 'image/png'],
    ['animation', 'image/webp', 'image/webp'],
    ['animation', 'image/*', 'image/gif'],
    ['webp', 'image/png', 'image/webp'],
    ['avif', undefined, 'image/avif'],
    ['drawing', 'image/webp', 'image/svg+xml'],
  ])('of "%s" for those who accept %j is %s', async (name, accept, type) => {
    const server = await imageServer()
    const { path } = await upload(server, name)
    const response = await server.fetch(path, { headers: accept === undefined ? {} : { accept } })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
    expect(mimeTypes[sniff(await bytesOf(response)) ?? 'jpeg']).toBe(type)
  })

  test.each(['image/webp', 'image/gif'])('that moves still moves as %s', async (accept) => {
    const server = await imageServer()
    const { path } = await upload(server, 'animation')
    const bytes = await bytesOf(await server.fetch(path, { headers: { accept } }))
    expect(await sharp(bytes, { pages: -1 }).metadata()).toMatchObject({ format: accept.slice(6), pages: 8 })
  })

  test('that is a drawing with scripts comes without them, and may run nothing', async () => {
    const server = await imageServer()
    const { path } = await upload(server, scriptedDrawing)
    const response = await server.fetch(path)
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    const shown = (await bytesOf(response)).toString()
    expect(shown).toMatch(/^<svg [^>]*viewBox="0 0 40 30"/)
    expect(shown).not.toMatch(/script|onload|alert|passwd/)
  })

  test('is rendered once for all who wait, and from the cache after that', async () => {
    const server = await imageServer()
    const { id, path } = await upload(server, 'photo')
    const responses = await Promise.all(Array.from({ length: 5 }, () => server.fetch(path)))
    const bodies = await Promise.all(responses.map(bytesOf))
    expect(new Set(bodies.map((body) => body.toString('base64'))).size).toBe(1)
    await expect.poll(() => server.renditions.usage().count).toBe(1)
    // With the original gone, only the cache can answer.
    const image = await findImage(server.database, server.account.id, id)
    await server.blobs.remove(image?.blobKey ?? '')
    expect((await bytesOf(await server.fetch(path))).equals(bodies[0] ?? Buffer.alloc(0))).toBe(true)
    expect((await server.fetch(path, { headers: { accept: 'image/webp' } })).status).toBe(404)
  })

  test('is not sent again to those who have it, and is not even read', async () => {
    const server = await imageServer()
    const { id, path } = await upload(server, 'photo')
    const etag = (await server.fetch(path)).headers.get('etag') ?? ''
    await server.blobs.remove((await findImage(server.database, server.account.id, id))?.blobKey ?? '')
    for (const held of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await server.fetch(path, { headers: { 'if-none-match': held } })
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, etag, ''])
    }
    const other = await server.fetch(path, { headers: { 'if-none-match': etag, accept: 'image/webp' } })
    expect(other.status).not.toBe(304)
  })

  test('uploaded anew under its id has another ETag', async () => {
    const server = await imageServer()
    const { path } = await upload(server, 'photo', { id: 'hero' })
    const before = await server.fetch(path)
    await server.api('/hero', { method: 'DELETE' })
    expect((await server.fetch(path)).status).toBe(404)
    await upload(server, 'webp', { id: 'hero' })
    const after = await server.fetch(path)
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
    expect(after.headers.get('content-type')).toBe('image/webp')
  })

  test.each<SampleName>(['photo', 'drawing'])('by HEAD answers the head of "%s" alone', async (name) => {
    const server = await imageServer()
    const { path } = await upload(server, name)
    const whole = await server.fetch(path)
    const head = await server.fetch(path, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String((await bytesOf(whole)).length),
      '',
    ])
  })

  test('is found under the path of own domains too', async () => {
    const server = await imageServer()
    const { path } = await upload(server, 'webp', { id: 'albums/2026/größe 100%' })
    expect(path).toBe(`/${server.account.hash}/albums/2026/gr%C3%B6%C3%9Fe%20100%25/public`)
    expect((await server.fetch(`/cdn-cgi/imagedelivery${path}`)).status).toBe(200)
  })

  test('that is private is refused, unless the variant is always public', async () => {
    const server = await imageServer()
    const { path } = await upload(server, 'webp', { requireSignedURLs: 'true' })
    expect(await refusalOf(await server.fetch(path))).toEqual([
      403,
      'err=9425',
      expect.stringMatching(/^ERROR 9425: .*signature\n$/),
    ])
    await server.database.write([{ sql: 'update variant set never_require_signed_urls = 1', parameters: [] }])
    expect((await server.fetch(path)).status).toBe(200)
  })
})

describe('an address that leads to no image', () => {
  test.each<[string, (hash: string) => string, number, number]>([
    ['an unknown hash', () => `/${'x'.repeat(22)}/hero/public`, 403, 9427],
    ['an unknown hash on an own domain', () => '/cdn-cgi/imagedelivery/short/hero/public', 403, 9427],
    ['an unknown image', (hash) => `/${hash}/nobody/public`, 404, 9431],
    ['an unknown variant', (hash) => `/${hash}/hero/huge`, 404, 9431],
    ['no variant', (hash) => `/${hash}/hero`, 400, 9424],
    ['a broken escape', (hash) => `/${hash}/%zz/public`, 403, 9426],
    ['a control character', (hash) => `/${hash}/hero%00/public`, 403, 9426],
  ])('with %s says so in text', async (_, path, status, code) => {
    const server = await imageServer()
    await upload(server, 'webp', { id: 'hero' })
    const response = await server.fetch(path(server.account.hash))
    expect(await refusalOf(response)).toEqual([status, `err=${code}`, expect.stringMatching(`^ERROR ${code}: .*\n$`)])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})
