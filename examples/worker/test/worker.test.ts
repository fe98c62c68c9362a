import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { expect, onTestFinished, test, vi } from 'vitest'
import worker from '../src/index.ts'
import receiverTables from '../../../receiver/src/tables.sql?raw'
import receiverMigration from '../migrations/0001_receiver.sql?raw'

const address = 'https://worker.example/webhooks'

type ImageOverrides = { uploaded?: string; filename?: string; metadata?: unknown; requireSignedURLs?: boolean }

const bodyOf = (id: string, overrides: ImageOverrides = {}, timestamp = new Date().toISOString()): string =>
  JSON.stringify({
    event: 'image.uploaded',
    timestamp,
    accountId: 'abc123',
    image: {
      id,
      filename: 'profile.jpg',
      uploaded: '2026-01-15T10:30:45.000Z',
      requireSignedURLs: false,
      variants: [`https://images.example/hash/${id}/public`],
      ...overrides,
    },
  })

/** The guide's signature: lower-case hex HMAC-SHA256 of the body. */
const sign = async (body: string, secret = env.WEBHOOK_SECRET): Promise<string> => {
  const bytes = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), algorithm, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(body)))
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const post = async (body: string, signature?: string): Promise<Response> =>
  exports.default.fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cloudflare-signature': signature ?? (await sign(body)) },
    body,
  })

const rows = async (sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> =>
  (
    await env.DB.prepare(sql)
      .bind(...values)
      .all()
  ).results

const imageRows = (id: string): Promise<Record<string, unknown>[]> =>
  rows('select * from uploaded_image where id = ?', id)

/** The jobs of one image, once the queue has handed them over: at least `count`. */
const jobsOf = async (id: string, count = 1): Promise<Record<string, unknown>[]> => {
  const jobs = (): Promise<Record<string, unknown>[]> => rows('select * from job where image_id = ?', id)
  await expect.poll(async () => (await jobs()).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count)
  return jobs()
}

/** Listens to the Worker's complaints, which would otherwise stand in the output of the run. */
const hearErrors = () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => error.mockRestore())
  return error
}

const message = (id: string, body: unknown) => ({ id, timestamp: new Date(), attempts: 1, body })

test('a signed webhook writes the row of its image and its job is done', async () => {
  const response = await post(bodyOf('first', { metadata: { userId: 'user_12345' } }))
  expect(response.status).toBe(200)
  expect(await imageRows('first')).toEqual([
    {
      id: 'first',
      filename: 'profile.jpg',
      uploaded_at: Date.UTC(2026, 0, 15, 10, 30, 45),
      user_id: 'user_12345',
      variants: '["https://images.example/hash/first/public"]',
    },
  ])
  expect(await jobsOf('first')).toHaveLength(1)
})

test('a webhook that is delivered twice leaves one row and one job', async () => {
  const body = bodyOf('twice')
  expect(await (await post(body)).json()).toEqual({ code: 'done' })
  expect(await (await post(body)).json()).toEqual({ code: 'duplicate' })
  // Queued last, so the job of a second message would be there before it.
  await post(bodyOf('after twice'))
  await jobsOf('after twice')
  expect(await imageRows('twice')).toHaveLength(1)
  expect(await jobsOf('twice')).toHaveLength(1)
})

test('deliveries of one webhook at the same time leave one row and one job, and none is refused for good', async () => {
  const body = bodyOf('at once')
  const responses = await Promise.all(Array.from({ length: 8 }, () => post(body)))
  const codes = await Promise.all(responses.map(async (response) => JSON.parse(await response.text()).code))
  expect(codes.filter((code) => code === 'done')).toHaveLength(1)
  expect(codes.filter((code) => !['done', 'duplicate', 'busy'].includes(code))).toEqual([])
  expect(await imageRows('at once')).toHaveLength(1)
  expect(await jobsOf('at once')).toHaveLength(1)
})

test('an image whose metadata names no user gets a row without one', async () => {
  await post(bodyOf('no user'))
  await post(bodyOf('odd user', { metadata: { userId: { nested: true } } }))
  expect(await imageRows('no user')).toMatchObject([{ user_id: null }])
  expect(await imageRows('odd user')).toMatchObject([{ user_id: null }])
})

test('an older upload under the same id that arrives late does not overwrite the newer', async () => {
  await post(bodyOf('again', { filename: 'new.jpg', uploaded: '2026-02-01T00:00:00.000Z' }))
  expect((await post(bodyOf('again', { filename: 'old.jpg', uploaded: '2026-01-01T00:00:00.000Z' }))).status).toBe(200)
  expect(await imageRows('again')).toMatchObject([{ filename: 'new.jpg' }])
  await post(bodyOf('again', { filename: 'newest.jpg', uploaded: '2026-03-01T00:00:00.000Z' }))
  expect(await imageRows('again')).toMatchObject([{ filename: 'newest.jpg' }])
})

test('a webhook that is signed with another secret is answered 401 and writes nothing', async () => {
  const body = bodyOf('forged')
  expect((await post(body, await sign(body, 'another secret'))).status).toBe(401)
  expect((await post(body, 'test_signature')).status).toBe(401)
  expect(await imageRows('forged')).toEqual([])
})

test('a body over 64 KiB is answered 413, signed or not', async () => {
  expect((await post(bodyOf('oversize', { metadata: { text: 'x'.repeat(65_536) } }))).status).toBe(413)
  expect(await imageRows('oversize')).toEqual([])
})

test('a signed body that is no JSON or no event is answered 422', async () => {
  expect((await post('{"event":')).status).toBe(422)
  expect((await post(bodyOf('malformed', { uploaded: 'yesterday' }))).status).toBe(422)
  expect(await imageRows('malformed')).toEqual([])
})

test('a webhook from before yesterday is answered 422', async () => {
  expect((await post(bodyOf('stale', {}, '2026-01-15T10:30:45.123Z'))).status).toBe(422)
})

test('another path is answered 404 and another method 405', async () => {
  expect((await exports.default.fetch('https://worker.example/', { method: 'POST' })).status).toBe(404)
  expect((await exports.default.fetch(address)).status).toBe(405)
})

test('a job that keeps failing is kept as a dead letter', async () => {
  const errors = hearErrors()
  const job = { key: 'no key', imageId: 'an image without a row' }
  await env.IMAGE_QUEUE.send(job)
  const letters = (): Promise<unknown> => rows('select body from dead_letter')
  await expect.poll(letters, { timeout: 30_000 }).toEqual([{ body: JSON.stringify(job) }])
  expect(await rows('select * from job where key = ?', job.key)).toEqual([])
  expect(errors).toHaveBeenCalledTimes(2)
})

test('a message that fails is tried again and does not hold up the others of its batch', async () => {
  const errors = hearErrors()
  await post(bodyOf('batched'))
  const batch = createMessageBatch('image-jobs', [
    message('faulty', 'no job'),
    message('sound', { key: 'batched key', imageId: 'batched' }),
    message('sound again', { key: 'batched key', imageId: 'batched' }),
  ])
  const context = createExecutionContext()
  await worker.queue(batch, env)
  const { explicitAcks, retryMessages } = await getQueueResult(batch, context)
  expect(explicitAcks).toEqual(['sound', 'sound again'])
  expect(retryMessages.map(({ msgId }) => msgId)).toEqual(['faulty'])
  expect(errors.mock.calls).toEqual([['Image job faulty failed: The message is not an image job.']])
  expect(await rows('select image_id from job where key = ?', 'batched key')).toEqual([{ image_id: 'batched' }])
})

test('a secret that is being changed may be the one before', async () => {
  const body = bodyOf('rotated')
  const { headers } = new Request(address, { headers: { 'content-type': 'application/json' } })
  headers.set('x-cloudflare-signature', await sign(body, 'the new one'))
  const request = new Request(address, { method: 'POST', headers, body })
  const rotating = { ...env, WEBHOOK_SECRET: 'newest', WEBHOOK_SECRET_OLD: 'the new one' }
  expect((await worker.fetch(request, rotating)).status).toBe(200)
})

test('what the inbox and the steps no longer need is forgotten by the daily sweep', async () => {
  const insert = 'insert into imagehooks_inbox (key, token, lease_until, keep_until) values (?, ?, ?, ?)'
  await rows(insert, 'old', 'token', 0, 0)
  await rows(insert, 'young', 'token', 0, Date.now() + 60_000)
  await rows("insert into imagehooks_step (key, name, step_end, keep_until) values ('old', 'save', 'done', 0)")
  await worker.scheduled({}, env)
  expect(await rows("select key from imagehooks_step where key = 'old'")).toEqual([])
  expect(await rows("select key from imagehooks_inbox where key in ('old', 'young')")).toEqual([{ key: 'young' }])
})

test('the tables of the receiver are those that it ships', () => {
  expect(receiverMigration).toBe(receiverTables)
})

/** What the Worker has asked the moderator and the Images API since it was asked last. */
const askedOutside = async (): Promise<string[]> => (await fetch('https://asked.example/')).json()

test('a rejected image is deleted through the API, and no job is done on it', async () => {
  hearErrors()
  await askedOutside()
  expect((await post(bodyOf('rejected/../1'))).status).toBe(422)
  expect((await post(bodyOf('rejected 1', { requireSignedURLs: true }))).status).toBe(200)
  const [moderation = '', deletion = ''] = await askedOutside()
  expect(moderation).toMatch(
    /^POST https:\/\/moderation\.example\/check \{"imageUrl":"https:\/\/images\.example\/hash\/rejected%201\/public\?exp=\d+&sig=[\da-f]{64}","imageId":"rejected 1"\}$/,
  )
  expect(deletion).toBe('DELETE https://api.example/v4/accounts/our%20account/images/v1/rejected%201')
  await post(bodyOf('after rejected'))
  await jobsOf('after rejected')
  expect(await rows('select * from job where image_id = ?', 'rejected 1')).toEqual([])
})

test('a moderator that does not answer decides nothing: the webhook comes again, and the row is written once', async () => {
  const errors = hearErrors()
  const body = bodyOf('undecided')
  expect((await post(body)).status).toBe(500)
  expect(errors).toHaveBeenCalledTimes(1)
  expect(await imageRows('undecided')).toHaveLength(1)
  expect((await post(body)).status).toBe(200)
  expect(await jobsOf('undecided')).toHaveLength(1)
  expect((await askedOutside()).filter((line) => line.startsWith('DELETE'))).toEqual([])
})
