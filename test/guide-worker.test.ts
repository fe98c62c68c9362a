import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalWorker } from '../scripts/local-worker.ts'
import { startGuideWorker } from './fixtures/guide-worker/start.ts'

const secret = 'your_webhook_secret_key'
let worker: LocalWorker

beforeAll(async () => {
  worker = await startGuideWorker(secret)
})

afterAll(() => worker.stop())

const bodyOf = (id: string, metadata?: Record<string, string>): string =>
  JSON.stringify({
    event: 'image.uploaded',
    timestamp: '2026-01-15T10:30:45.123Z',
    accountId: 'abc123',
    image: {
      id,
      filename: 'größe.jpg',
      uploaded: '2026-01-15T10:30:45.000Z',
      requireSignedURLs: false,
      variants: [`http://127.0.0.1/hash/${id}/public`],
      ...(metadata && { metadata }),
    },
  })

const sign = (body: string, key = secret): string => createHmac('sha256', key).update(body).digest('hex')

const post = async (body: string, signature?: string): Promise<[number, string]> => {
  const headers = { 'content-type': 'application/json', ...(signature && { 'x-cloudflare-signature': signature }) }
  const response = await fetch(`${worker.url}/webhooks`, { method: 'POST', headers, body })
  return [response.status, await response.text()]
}

const queued = (): Promise<unknown> => worker.d1('select body from observed_message')

const rowOf = (id: string): Promise<Record<string, unknown>[]> =>
  worker.d1('select * from uploaded_images where id = ?', id)

test('a signed webhook is answered 200 and its row is written', async () => {
  const body = bodyOf('row', { userId: 'user_12345' })
  expect(await post(body, sign(body))).toEqual([200, 'Webhook processed'])
  expect(await rowOf('row')).toEqual([
    {
      id: 'row',
      filename: 'größe.jpg',
      uploaded_at: '2026-01-15T10:30:45.000Z',
      user_id: 'user_12345',
      variants: '["http://127.0.0.1/hash/row/public"]',
    },
  ])
})

test('an image without metadata belongs to the user "unknown"', async () => {
  const body = bodyOf('nobody')
  expect(await post(body, sign(body))).toEqual([200, 'Webhook processed'])
  expect(await rowOf('nobody')).toMatchObject([{ user_id: 'unknown' }])
})

test('a webhook without a signature is answered 401 and writes nothing', async () => {
  expect(await post(bodyOf('unsigned'))).toEqual([401, 'Missing signature'])
  expect(await rowOf('unsigned')).toEqual([])
})

test('a webhook signed with another secret, or over another body, is answered 401 and writes nothing', async () => {
  const body = bodyOf('forged')
  expect(await post(body, sign(body, 'another_secret'))).toEqual([401, 'Invalid signature'])
  expect(await post(body, sign(`${body} `))).toEqual([401, 'Invalid signature'])
  expect(await rowOf('forged')).toEqual([])
})

test('an image that requires moderation, and no other, is queued for it', async () => {
  for (const [id, metadata] of [
    ['plain', { userId: 'user_1' }],
    ['moderated', { requiresModeration: 'true' }],
  ] as const) {
    const body = bodyOf(id, metadata)
    expect(await post(body, sign(body))).toEqual([200, 'Webhook processed'])
  }
  const message = { imageId: 'moderated', timestamp: '2026-01-15T10:30:45.123Z' }
  await expect.poll(queued, { timeout: 30_000 }).toEqual([{ body: JSON.stringify(message) }])
})

test('a repeated webhook is answered 500, since the row is there already', async () => {
  const body = bodyOf('twice')
  expect(await post(body, sign(body))).toEqual([200, 'Webhook processed'])
  expect(await post(body, sign(body))).toEqual([500, 'Processing failed'])
})
