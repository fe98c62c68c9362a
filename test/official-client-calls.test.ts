import Cloudflare, { BadRequestError, ConflictError, NotFoundError, toFile } from 'cloudflare'
import { Images } from 'cloudflare/resources/images/images'
import { createClient } from 'cloudflare/tree-shakable'
import { describe, expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { imageServer } from './ground/image-server.ts'

/** The clients that the official package's own tests use: the whole one, and one put together of parts. */
const clients = {
  whole: (options: { apiToken: string; baseURL: string }) => new Cloudflare(options),
  'of parts': (options: { apiToken: string; baseURL: string }) => createClient({ ...options, resources: [Images] }),
} as const

/** Every call of the official package's own test files for images, with and without its optional fields. */
describe.each(Object.entries(clients))('the official client (%s)', (_, create) => {
  const open = async () => {
    const server = await imageServer()
    const client = create({ apiToken: server.token, baseURL: `${await server.listen()}/client/v4` })
    const account = { account_id: server.account.id }
    const { bytes } = await sampleImage('photo')
    const upload = (id: string, rest: { creator?: string; metadata?: unknown } = {}) =>
      toFile(bytes, 'photo.jpg').then((file) => client.images.v1.create({ ...account, file, id, ...rest }))
    return { server, images: client.images, account, bytes, upload }
  }

  test('keys: update, list, delete', async () => {
    const { images, account } = await open()
    const value = expect.any(String)
    const both = {
      keys: [
        { name: 'default', value },
        { name: 'someKey', value },
      ],
    }
    expect(await images.v1.keys.update('someKey', account)).toEqual(both)
    expect(await images.v1.keys.list(account)).toEqual(both)
    expect(await images.v1.keys.delete('someKey', account)).toEqual({ keys: [{ name: 'default', value }] })
    await expect(images.v1.keys.delete('someKey', account)).rejects.toBeInstanceOf(NotFoundError)
  })

  test('stats: get', async () => {
    const { images, account, upload } = await open()
    await upload('one')
    expect(await images.v1.stats.get(account)).toEqual({ count: { current: 1, allowed: 2_147_483_647 } })
  })

  test('v1: create with every field, get, edit, list, delete', async () => {
    const { server, images, account, bytes } = await open()
    const created = await images.v1.create({
      ...account,
      id: 'id',
      creator: 'creator',
      file: await toFile(bytes, 'path/to/photo.jpg'),
      metadata: {},
      requireSignedURLs: false,
    })
    expect(created).toMatchObject({ id: 'id', creator: 'creator', meta: {}, requireSignedURLs: false })
    expect(await images.v1.get('id', account)).toEqual(created)
    expect(await images.v1.edit('id', account)).toEqual(created)
    const changed = { creator: 'other', metadata: { n: 1, deep: { ok: true } }, requireSignedURLs: false }
    const edited = await images.v1.edit('id', { ...account, ...changed })
    expect(edited).toEqual({ ...created, creator: 'other', meta: changed.metadata })
    expect((await images.v1.list({ ...account, page: 1, per_page: 10, creator: 'other' })).result).toMatchObject({
      images: [edited],
    })
    expect((await images.v1.list({ ...account, creator: null })).result).toMatchObject({ images: [] })
    expect(await images.v1.delete('id', account)).toEqual({})
    for (const call of [images.v1.get, images.v1.delete, images.v1.edit])
      await expect(call.call(images.v1, 'image_id', account)).rejects.toBeInstanceOf(NotFoundError)
    expect(await server.events()).toMatchObject([
      { event: 'image.uploaded' },
      { event: 'image.updated', image: { id: 'id', creator: 'other', metadata: changed.metadata } },
      { event: 'image.deleted' },
    ])
  })

  test('v1: iterating goes through every page to the end', async () => {
    const { images, account, upload } = await open()
    for (let at = 0; at < 5; at++) await upload(`image ${at}`)
    const ids: (string | undefined)[] = []
    for await (const page of images.v1.list({ ...account, per_page: 2 }))
      ids.push(...(page.images ?? []).map(({ id }) => id))
    expect(ids.toSorted()).toEqual([0, 1, 2, 3, 4].map((at) => `image ${at}`))
    const all: number[] = []
    for await (const page of (await images.v1.list(account)).iterPages()) all.push(page.result.items?.length ?? 0)
    // The client stops at the first page without items.
    expect(all).toEqual([1, 0])
  })

  test('variants: create, list, get, edit, delete', async () => {
    const { images, account } = await open()
    const options = { fit: 'scale-down', height: 768, metadata: 'none', width: 1366 } as const
    const hero = { id: 'hero', options, neverRequireSignedURLs: true }
    expect(await images.v1.variants.create({ ...account, ...hero })).toEqual({ variant: hero })
    const again = images.v1.variants.create({ ...account, id: 'hero', options })
    await expect(again).rejects.toBeInstanceOf(ConflictError)
    expect((await images.v1.variants.list(account)).variants?.hero).toEqual(hero)
    expect(await images.v1.variants.get('hero', account)).toEqual({ variant: hero })
    const smaller = { ...options, width: 20 }
    expect(await images.v1.variants.edit('hero', { ...account, options: smaller })).toEqual({
      variant: { ...hero, options: smaller },
    })
    expect(await images.v1.variants.delete('hero', account)).toEqual({})
    await expect(images.v1.variants.get('hero', account)).rejects.toBeInstanceOf(NotFoundError)
    await expect(images.v1.variants.delete('hero', account)).rejects.toBeInstanceOf(NotFoundError)
    await expect(images.v1.variants.edit('hero', { ...account, options })).rejects.toBeInstanceOf(NotFoundError)
  })

  test('v2: list with every parameter', async () => {
    const { server, images, account, upload } = await open()
    await upload('one', { creator: 'ada', metadata: JSON.stringify({ status: 'active', region: { rank: 3 } }) })
    server.clock.advance(1000)
    await upload('two', { metadata: { status: 'active', region: { rank: '3' } } })
    const ids = async (query: Omit<Parameters<typeof images.v2.list>[0], 'account_id'>) => {
      const { images: found, continuation_token } = await images.v2.list({ ...account, ...query })
      return [found?.map(({ id }) => id), continuation_token]
    }
    expect(await ids({})).toEqual([['two', 'one'], null])
    expect(await ids({ continuation_token: null, creator: 'ada', per_page: 1, sort_order: 'asc' })).toEqual([
      ['one'],
      null,
    ])
    const [, token] = await ids({ per_page: 1 })
    expect(await ids({ per_page: 1, continuation_token: String(token) })).toEqual([['one'], null])
    const filters = (given: Readonly<Record<string, string>>) => ({ meta: Object.fromEntries(Object.entries(given)) })
    expect(await ids(filters({ 'status[eq:string]': 'active', 'region.rank[in]': '3|4' }))).toEqual([
      ['two', 'one'],
      null,
    ])
    // What the client sends as an object arrives as texts, so only what was sent as JSON is a number.
    expect(await ids(filters({ 'region.rank[gte:number]': '3' }))).toEqual([['one'], null])
    expect(await ids({ creator: null })).toEqual([['two'], null])
    const literal = images.v2.list({
      ...account,
      continuation_token: 'continuation_token',
      meta: { '<field>[<operator>]': '<field>[<operator>]' },
    })
    await expect(literal).rejects.toBeInstanceOf(BadRequestError)
  })

  test('v2: direct uploads', async () => {
    const { server, images, account } = await open()
    const made = { id: expect.any(String), uploadURL: expect.stringContaining('/upload/') }
    expect(await images.v2.directUploads.create(account)).toEqual(made)
    const full = await images.v2.directUploads.create({
      ...account,
      id: 'this/is/my-customid',
      creator: 'creator',
      expiry: new Date(server.clock.now() + 600_000).toISOString(),
      metadata: {},
      requireSignedURLs: false,
    })
    expect(full).toEqual({ ...made, id: 'this/is/my-customid' })
    const draft = await images.v1.get('this/is/my-customid', account)
    expect(draft).toMatchObject({ creator: 'creator', draft: true })
    expect(await images.v1.stats.get(account)).toMatchObject({ count: { current: 0 } })
  })

  test('blobs: get', async () => {
    const { images, account, bytes, upload } = await open()
    await upload('one')
    const blob = await images.v1.blobs.get('one', account)
    expect([blob.headers.get('content-type'), Buffer.from(await blob.arrayBuffer()).equals(bytes)]).toEqual([
      'image/jpeg',
      true,
    ])
    await expect(images.v1.blobs.get('image_id', account)).rejects.toBeInstanceOf(NotFoundError)
  })
})
