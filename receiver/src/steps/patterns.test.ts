import { describe, expect, test } from 'vitest'
import { sampleImage } from '../../../scripts/sample-images.ts'
import { answer, hang, redirect } from '../../../test/ground/reactions.ts'
import { testReceiver } from '../../../test/ground/receiver.ts'
import { startServer, testAccount } from '../../../test/ground/server.ts'
import { databases, openSqliteFile } from '../../test/databases.ts'
import { postStandard, start, upload } from '../../test/deliver.ts'
import { code, receiving } from '../../test/receiving.ts'
import type { EventType, WebhookEvent } from '../events/events.ts'
import { sampleEvent, type SampleOverrides } from '../events/samples.ts'
import { sqliteDatabase } from '../sql/sqlite.ts'
import { createStepJournal } from './journal.ts'
import { moderate, type ModerateOptions } from './moderate.ts'
import { imageMessage, notify } from './notify.ts'
import { save } from './save.ts'
import { type Step, step } from './step.ts'
import { steps } from './steps.ts'

/** Delivers events to a receiver with these steps, again where they fail. */
const delivering = (...list: Step[]) => {
  const journal = createStepJournal(sqliteDatabase(openSqliteFile().connection))
  const { fetch, on, records } = receiving()
  on('image.*', steps({ journal }, ...list))
  const deliver = async (event: WebhookEvent = upload()) => ({
    code: await code(await fetch(postStandard(event))),
    error: String(records.at(-1)?.error),
  })
  return deliver
}

describe.each(databases)('saving on $name', ({ open }) => {
  const at = (seconds: number) => new Date(start + seconds * 1000).toISOString()

  test('keeps what the newest event says, in whatever order and however often they come', async () => {
    const database = await open()
    const deliver = delivering(save({ database }))
    const tell = (type: EventType, seconds: number, image: SampleOverrides['image'] = {}) =>
      deliver(sampleEvent(type, { timestamp: at(seconds), image }))
    const row = async () =>
      (await database.query('select filename, creator, metadata, deleted_at from imagehooks_image'))[0]
    await tell('image.updated', -20, { filename: 'new.jpg', creator: 'zoe' })
    await tell('image.uploaded', -30, { filename: 'old.jpg' })
    expect(await row()).toMatchObject({ filename: 'new.jpg', creator: 'zoe', metadata: '{"userId":"test_user"}' })
    await tell('image.upload_failed', -5, { filename: 'failed.jpg' })
    expect(await row()).toMatchObject({ filename: 'new.jpg', deleted_at: null })
    await tell('image.deleted', -10, { filename: 'new.jpg' })
    await tell('image.updated', -15, { filename: 'late.jpg' })
    const gone = await row()
    expect(gone).toMatchObject({ filename: 'new.jpg', creator: null })
    expect(Number(gone?.['deleted_at'])).toBe(start - 10_000)
  })

  test('refuses metadata so deep that it can be read but not written: it would fail for ever', async () => {
    const database = await open()
    const { fetch, on } = receiving()
    const saving = save({ database })
    on('image.*', (delivery) => saving.run(delivery, new AbortController().signal))
    const deep = (levels: number) =>
      JSON.stringify(upload()).replace('"test_user"', `${'['.repeat(levels)}${']'.repeat(levels)}`)
    expect(await code(await fetch(postStandard(deep(30_000))))).toBe('refused')
    expect(await code(await fetch(postStandard(deep(500))))).toBe('done')
    expect(await database.query('select image_id from imagehooks_image')).toHaveLength(1)
  })

  test('takes a statement of your own, whose undefined values are null', async () => {
    const database = await open()
    await database.query('create table images (id text primary key, filename text, user_id text, uploaded_at text)')
    const deliver = delivering(
      save({
        database: () => database,
        statement: ({ event: { image } }) => [
          `insert into images (id, filename, user_id, uploaded_at) values ($1, $2, $3, $4)
           on conflict (id) do update set filename = excluded.filename`,
          image.id,
          image.filename,
          image.creator,
          image.uploaded,
        ],
      }),
    )
    expect(await deliver(upload({ image: { filename: "'; drop table images; --" } }))).toMatchObject({ code: 'done' })
    expect(await database.query('select filename, user_id from images')).toMatchObject([
      { filename: "'; drop table images; --", user_id: null },
    ])
  })
})

describe('notifying', () => {
  test('posts to the notification API, with one key for all tries, until it says 2xx', async () => {
    const api = await testReceiver()
    api.respondWith({ each: (_request, index) => answer(index === 0 ? 500 : 202, 'secret words') })
    const deliver = delivering(
      notify({
        url: `${api.url}/notifications`,
        headers: { authorization: 'Bearer of-the-api' },
        message: ({ event }) => ({ userId: 'from my table', message: imageMessage(event) }),
      }),
    )
    const event = upload({ image: { id: 'ä/💚', filename: 'my\u0000\u202Egpj\n.exe' } })
    expect(await deliver(event)).toEqual({
      code: 'handler_failed',
      error: 'Error: The step notify failed: Error: The notification API answered 500.',
    })
    expect(await deliver(event)).toMatchObject({ code: 'done' })
    const [first, second] = api.received
    expect(first).toMatchObject({ method: 'POST', path: '/notifications' })
    expect(JSON.parse(first?.text() ?? '')).toEqual({
      userId: 'from my table',
      message: 'Your image mygpj.exe has been uploaded',
    })
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer of-the-api',
      'idempotency-key': expect.stringMatching(/^[\da-f]{64}$/),
    })
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key'])
  })

  test('ends a try that takes too long, tells nobody where nobody is to be told, follows no redirect', async () => {
    const api = await testReceiver()
    api.respondWith(hang())
    const to = (options: Partial<Parameters<typeof notify>[0]>) =>
      delivering(notify({ url: api.url, message: () => ({}), ...options }))()
    expect((await to({ timeoutMs: 1 })).error).toContain('took more than 1 ms')
    expect(await to({ message: () => undefined })).toMatchObject({ code: 'done' })
    const elsewhere = await testReceiver()
    api.respondWith(redirect(elsewhere.url, 307))
    expect((await to({})).error).toContain('answered 307')
    expect(elsewhere.received).toHaveLength(0)
  })
})

describe('moderating', () => {
  /** A moderation API, and our own server with an image in it. */
  const openGround = async (fields: Record<string, string> = {}) => {
    const server = await startServer({ listen: true })
    const uploaded = await server.upload((await sampleImage('photo')).bytes, 'photo.png', fields)
    const id = String(uploaded.result.id)
    const base = String(uploaded.result.variants[0]).slice(0, `${server.url}/${'x'.repeat(22)}`.length)
    const api = await testReceiver()
    const event = upload({ accountId: 'another account', image: { id, variants: ['http://stranger.invalid/'] } })
    const moderation = (options: Partial<ModerateOptions<WebhookEvent, void>> = {}) =>
      delivering(
        moderate({
          url: `${api.url}/check`,
          variants: { base, variant: 'public' },
          images: {
            account: testAccount.accountId,
            apiToken: testAccount.apiToken,
            baseUrl: `${server.url}/client/v4`,
          },
          ...options,
        }),
      )
    const isThere = async () => (await server.call('GET', `/images/v1/${encodeURIComponent(id)}`)).status === 200
    return { server, api, event, moderation, isThere, publicUrl: String(uploaded.result.variants[0]) }
  }

  const ids = [{}, { id: 'holiday photos/2026 ä' }]

  test.each(ids)('deletes what is rejected, by the configured account, at an address of its own %j', async (fields) => {
    const { api, event, moderation, isThere, publicUrl } = await openGround(fields)
    const seen: number[] = []
    api.respondWith({
      each: async (request) => {
        const response = await fetch(JSON.parse(request.text()).imageUrl)
        await response.body?.cancel()
        seen.push(response.status)
        return answer(200, '{"approved":false}')
      },
    })
    const deliver = moderation()
    expect(await deliver(event)).toMatchObject({ code: 'done' })
    expect(JSON.parse(api.received[0]?.text() ?? '')).toEqual({ imageUrl: publicUrl, imageId: event.image.id })
    expect(seen).toEqual([200])
    expect(await isThere()).toBe(false)
  })

  test('hides a rejected image instead, where that was chosen, and leaves out the later steps', async () => {
    const { server, api, event, moderation, isThere } = await openGround()
    api.respondWith(answer(200, '{"approved":false}'))
    const hidden: string[] = []
    const deliver = delivering(
      moderate({
        url: api.url,
        variants: { base: 'https://images.example/hash', variant: 'public' },
        onReject: async ({ event: { image } }) => {
          await server.call('PATCH', `/images/v1/${image.id}`, { requireSignedURLs: true })
          hidden.push(image.id)
        },
      }),
      step('later', () => void hidden.push('later')),
    )
    expect(await deliver(event)).toMatchObject({ code: 'done' })
    expect(await isThere()).toBe(true)
    expect((await server.call('GET', `/images/v1/${event.image.id}`)).result.requireSignedURLs).toBe(true)
    expect(hidden).toEqual([event.image.id])
    const failing = moderation({ onReject: () => Promise.reject(new Error('down')) })
    expect(await failing(event)).toMatchObject({ code: 'handler_failed' })
  })

  test('must know what to do with a rejected image', () => {
    expect(() => moderate({ url: 'x', variants: { base: 'x', variant: 'public' } })).toThrow('images or onReject')
  })

  test('keeps what is approved', async () => {
    const { api, event, moderation, isThere } = await openGround()
    api.respondWith(answer(200, '{"approved":true}'))
    expect(await moderation()(event)).toMatchObject({ code: 'done' })
    expect(await isThere()).toBe(true)
  })

  test('deletes nothing while the moderator does not say so in so many words, and asks again', async () => {
    const { api, event, moderation, isThere } = await openGround()
    const deliver = moderation({ timeoutMs: 2000 })
    for (const reaction of [
      answer(500, '{"approved":false}'),
      answer(403, '{"approved":false}'),
      redirect('/'),
      answer(200),
      answer(200, 'false'),
      answer(200, '{}'),
      answer(200, '{"approved":"false"}'),
      answer(200, '{"approved":null}'),
      answer(200, '[{"approved":false}]'),
      answer(200, `{"approved":false,"why":"${'x'.repeat(70_000)}"}`),
    ]) {
      api.respondWith(reaction)
      expect(await deliver(event)).toMatchObject({ code: 'handler_failed' })
    }
    expect(await isThere()).toBe(true)
    const hanging = moderation({ timeoutMs: 1 })
    api.respondWith(hang())
    expect(await hanging(event)).toMatchObject({ code: 'handler_failed' })
    expect(await isThere()).toBe(true)
    api.respondWith(answer(200, '{"approved":false}'))
    expect(await deliver(event)).toMatchObject({ code: 'done' })
    expect(await isThere()).toBe(false)
  })

  test('takes an image that is gone as deleted, and an API that fails as not', async () => {
    const { server, api, event, moderation } = await openGround()
    api.respondWith(answer(200, '{"approved":false}'))
    const images = { account: testAccount.accountId, apiToken: 'wrong', baseUrl: `${server.url}/client/v4` }
    expect((await moderation({ images })(event)).error).toMatch(/The Images API answered 40[13]\./)
    await server.call('DELETE', `/images/v1/${event.image.id}`)
    expect(await moderation()(event)).toMatchObject({ code: 'done' })
  })

  test('gives the moderator a signed URL of a private image, and asks nothing without one', async () => {
    const { api, event, moderation, publicUrl } = await openGround()
    api.respondWith(answer(200, '{"approved":true}'))
    const secret = upload({ image: { ...event.image, requireSignedURLs: true } })
    expect((await moderation()(secret)).error).toContain('needs signedUrl')
    expect(api.received).toHaveLength(0)
    await moderation({ signedUrl: async (url) => `${url}?exp=1&sig=2` })(secret)
    expect(JSON.parse(api.received[0]?.text() ?? '').imageUrl).toBe(`${publicUrl}?exp=1&sig=2`)
  })

  test.each(['.', '..', '../x', 'a/../../b', 'a//b', '/a'])(
    'refuses the id %j, which climbs out of its path',
    async (id) => {
      const api = await testReceiver()
      const images = { account: 'a', apiToken: 't', baseUrl: api.url }
      const deliver = delivering(moderate({ url: api.url, variants: { base: api.url, variant: 'public' }, images }))
      expect(await deliver(upload({ image: { id } }))).toMatchObject({ code: 'refused' })
      expect(api.received).toHaveLength(0)
    },
  )
})
