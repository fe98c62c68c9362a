import Cloudflare, { ConflictError, NotFoundError, PermissionDeniedError, toFile } from 'cloudflare'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { imageServer } from './ground/image-server.ts'
import { temporaryFolder } from './ground/temporary.ts'

/** The official client against our server: nothing but `baseURL` differs from its use against Cloudflare. */
const open = async () => {
  const server = await imageServer()
  const url = await server.listen()
  const client = new Cloudflare({ apiToken: server.token, baseURL: `${url}/client/v4` })
  return { server, url, images: client.images.v1, account_id: server.account.id }
}

const photo = async (): Promise<File> => {
  const { bytes, filename, mime } = await sampleImage('photo')
  return new File([new Uint8Array(bytes)], filename, { type: mime })
}

describe('the official client', () => {
  test('uploads a File with metadata as an object, gets, lists, counts, reads and deletes it', async () => {
    const { server, url, images, account_id } = await open()
    const metadata = { user: 'ada', nested: { deep: { n: 1 } }, tags: ['lake', 'noon'] }
    const created = await images.create({
      account_id,
      file: await photo(),
      metadata,
      creator: 'ada',
      requireSignedURLs: true,
    })
    expect(created).toEqual({
      id: expect.any(String),
      filename: 'lake-at-noon.jpg',
      uploaded: '2026-01-15T10:30:45.123Z',
      requireSignedURLs: true,
      variants: [`${url}/${server.account.hash}/${created.id}/public`],
      meta: { user: 'ada', nested: { deep: { n: '1' } }, tags: ['lake', 'noon'] },
      creator: 'ada',
    })
    const id = created.id ?? ''
    expect(await images.get(id, { account_id })).toEqual(created)
    const page = await images.list({ account_id, per_page: 10, creator: 'ada' })
    expect(page.result).toEqual({ images: [created], items: [{ images: [created] }] })
    expect(await images.stats.get({ account_id })).toMatchObject({ count: { current: 1 } })
    const blob = await images.blobs.get(id, { account_id })
    expect(Buffer.from(await blob.arrayBuffer()).equals((await sampleImage('photo')).bytes)).toBe(true)
    expect(await images.delete(id, { account_id })).toEqual({})
    await expect(images.get(id, { account_id })).rejects.toBeInstanceOf(NotFoundError)
    expect(await server.events()).toMatchObject([
      { event: 'image.uploaded', image: { id, metadata: created.meta } },
      { event: 'image.deleted', image: { id, creator: 'ada' } },
    ])
  })

  test('uploads a File with metadata as a string, whose types stay', async () => {
    const { images, account_id } = await open()
    const metadata = JSON.stringify({ n: 1, ok: true })
    const created = await images.create({ account_id, file: await photo(), metadata })
    expect(created.meta).toEqual({ n: 1, ok: true })
  })

  test('uploads a buffer and a file stream', async () => {
    const { images, account_id } = await open()
    const { bytes } = await sampleImage('webp')
    const path = join(temporaryFolder(), 'from-disk.webp')
    await writeFile(path, bytes)
    const streamed = await images.create({ account_id, file: createReadStream(path) })
    const buffered = await images.create({ account_id, file: await toFile(bytes, 'from-memory.webp') })
    expect([streamed.filename, buffered.filename]).toEqual(['from-disk.webp', 'from-memory.webp'])
  })

  test.each(['this/is/my id%é', 'a%2Fb/写真', "it's!(~)*&=+,;:@$"])('handles the custom id %j', async (id) => {
    const { images, account_id } = await open()
    const created = await images.create({ account_id, file: await photo(), id })
    expect(created.id).toBe(id)
    expect(await images.get(id, { account_id })).toEqual(created)
    expect((await (await images.blobs.get(id, { account_id })).blob()).type).toBe('image/jpeg')
    expect((await (await fetch(created.variants?.[0] ?? '')).blob()).type).toBe('image/jpeg')
    expect(await images.delete(id, { account_id })).toEqual({})
  })

  test('hears of a taken id at once, without trying again', async () => {
    const { server, images, account_id } = await open()
    await images.create({ account_id, file: await photo(), id: 'hero' })
    const taken = await images.create({ account_id, file: await photo(), id: 'hero' }).catch((error: unknown) => error)
    expect(taken).toBeInstanceOf(ConflictError)
    expect(taken).toMatchObject({ errors: [{ code: 5409, message: expect.stringContaining('"hero" already exists') }] })
    expect(server.log.lines.filter(({ fields }) => fields['status'] === 409)).toHaveLength(1)
  })

  test('hears why an upload was refused', async () => {
    const { images, account_id } = await open()
    const file = await toFile(Buffer.from('no image'), 'words.txt')
    await expect(images.create({ account_id, file })).rejects.toMatchObject({ status: 415, errors: [{ code: 5455 }] })
    await expect(images.create({ account_id, url: 'https://unknown.example/a.png' })).rejects.toMatchObject({
      status: 400,
      errors: [{ code: 5454 }],
    })
    await expect(images.create({ account_id, file: await photo(), id: 'a.txt' })).rejects.toMatchObject({
      status: 400,
      errors: [{ code: 5411 }],
    })
  })

  test('is refused with a wrong token, and taken with the older key and e-mail', async () => {
    const { server, url, account_id } = await open()
    const baseURL = `${url}/client/v4`
    const wrong = new Cloudflare({ apiToken: 'wrong', baseURL })
    await expect(wrong.images.v1.list({ account_id })).rejects.toBeInstanceOf(PermissionDeniedError)
    const older = new Cloudflare({ apiKey: server.token, apiEmail: 'user@example.com', baseURL })
    expect((await older.images.v1.list({ account_id })).result).toEqual({ images: [], items: [] })
  })
})
