import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { signGuide, createSigningSecret } from '@imagehooks/receiver/sign'
import { sampleImage } from '../scripts/sample-images.ts'
import { eventually } from './ground/engine.ts'
import { testReceiver, type ReceivedRequest } from './ground/receiver.ts'
import { answer } from './ground/reactions.ts'
import { startServer, testAccount } from './ground/server.ts'
import { startGuideWorker } from './fixtures/guide-worker/start.ts'

const secret = 'your_webhook_secret_key'

const standardHeaders = ({ headers }: ReceivedRequest): Record<string, string> => ({
  'webhook-id': String(headers['webhook-id']),
  'webhook-timestamp': String(headers['webhook-timestamp']),
  'webhook-signature': String(headers['webhook-signature']),
})

describe('what a webhook is', () => {
  it('has exactly the keys of the guide, in its order, and the headers of the contract', async () => {
    const server = await startServer()
    const receiver = await testReceiver()
    await server.call('PUT', '/images/v1/webhooks', { url: receiver.url, events: ['image.uploaded'], secret })
    const { bytes } = await sampleImage('photo')
    const uploaded = await server.upload(bytes, 'profile.jpg', {
      metadata: '{"userId":"user_12345","source":"profile_upload"}',
      creator: 'zoe',
    })
    expect(uploaded.status).toBe(200)
    const request = await receiver.next()
    const body = JSON.parse(request.text())
    expect(request.text()).toBe(JSON.stringify(body))
    expect(Object.keys(body)).toEqual(['event', 'timestamp', 'accountId', 'image'])
    expect(Object.keys(body.image)).toEqual([
      'id',
      'filename',
      'uploaded',
      'requireSignedURLs',
      'variants',
      'metadata',
      'creator',
    ])
    expect(body).toMatchObject({
      event: 'image.uploaded',
      accountId: testAccount.accountId,
      image: {
        id: uploaded.result.id,
        filename: 'profile.jpg',
        requireSignedURLs: false,
        variants: uploaded.result.variants,
        metadata: { userId: 'user_12345', source: 'profile_upload' },
        creator: 'zoe',
      },
    })
    for (const instant of [body.timestamp, body.image.uploaded])
      expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(request.headers['x-cloudflare-signature']).toBe(signGuide(createSigningSecret(secret), request.body))
    expect(request.headers['webhook-id']).toMatch(/^evt_[0-9a-z]{26}$/)
  })

  it('leaves metadata and creator out when the image has none', async () => {
    const server = await startServer()
    const receiver = await testReceiver()
    await server.call('PUT', '/images/v1/webhooks', { url: receiver.url, secret })
    await server.upload((await sampleImage('drawing')).bytes, 'drawing.svg')
    const body = JSON.parse((await receiver.next()).text())
    expect(Object.keys(body.image)).toEqual(['id', 'filename', 'uploaded', 'requireSignedURLs', 'variants'])
  })

  it("is verified by Standard Webhooks' own package, with a secret of each kind", async () => {
    for (const given of [undefined, 'a text that the user chose']) {
      const server = await startServer()
      const receiver = await testReceiver()
      const put = await server.call('PUT', '/images/v1/webhooks', {
        url: receiver.url,
        ...(given === undefined ? {} : { secret: given }),
      })
      const shared: string = given ?? put.result.secret
      await server.upload((await sampleImage('drawing')).bytes)
      const request = await receiver.next()
      const webhook = given === undefined ? new Webhook(shared) : new Webhook(shared, { format: 'raw' })
      expect(webhook.verify(request.text(), standardHeaders(request))).toMatchObject({ event: 'image.uploaded' })
      expect(() => webhook.verify(`${request.text()} `, standardHeaders(request))).toThrow(/signature/i)
      await server.stop()
    }
  })

  it('tells of a removed image with what was last known of it', async () => {
    const server = await startServer()
    const receiver = await testReceiver()
    await server.call('PUT', '/images/v1/webhooks', {
      url: receiver.url,
      events: ['image.uploaded', 'image.deleted'],
      secret,
    })
    const { result } = await server.upload((await sampleImage('drawing')).bytes, 'a.svg')
    const uploaded = JSON.parse((await receiver.next()).text())
    expect((await server.call('DELETE', `/images/v1/${result.id}`)).status).toBe(200)
    const deleted = JSON.parse((await receiver.next()).text())
    expect(deleted).toMatchObject({ event: 'image.deleted', image: uploaded.image })
    expect(Date.parse(deleted.timestamp)).toBeGreaterThan(Date.parse(uploaded.timestamp))
  })

  it('keeps the id and the bytes on every attempt and replay; only time, number and signature of the attempt change', async () => {
    const server = await startServer({ config: { retryScheduleMs: [0, 0] } })
    const receiver = await testReceiver({ respond: (_, index) => answer(index < 2 ? 500 : 200, '') })
    await server.call('PUT', '/images/v1/webhooks', { url: receiver.url, secret })
    await server.upload((await sampleImage('drawing')).bytes)
    for (let attempts = 0; attempts < 3; attempts++) await server.nextAttempt()
    const { result } = await server.call('GET', '/images/v1/webhooks/deliveries')
    const replay = await server.call('POST', `/images/v1/webhooks/deliveries/${result.deliveries[0].id}/replay`)
    expect(replay.result.state).toBe('pending')
    await server.nextAttempt()
    expect(receiver.received.map(({ headers }) => headers['webhook-attempt'])).toEqual(['1', '2', '3', '4'])
    expect(new Set(receiver.received.map((request) => request.text())).size).toBe(1)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(receiver.received.map(({ headers }) => headers['x-cloudflare-signature'])).size).toBe(1)
  })
})

describe("a Worker exactly like the guide's", () => {
  it('gets, verifies and stores what an upload sends, and queues its job, on the real Workers runtime', async () => {
    const server = await startServer()
    const worker = await startGuideWorker(secret)
    try {
      await server.call('PUT', '/images/v1/webhooks', { url: `${worker.url}/webhooks`, secret })
      const { bytes } = await sampleImage('photo')
      const { result } = await server.upload(bytes, 'profile.jpg', {
        metadata: '{"userId":"user_12345","requiresModeration":"true"}',
      })
      const { attempt, decision } = await server.nextAttempt()
      expect([attempt.status, decision.kind]).toEqual([200, 'succeeded'])
      expect(await worker.d1('select * from uploaded_images')).toEqual([
        expect.objectContaining({
          id: result.id,
          filename: 'profile.jpg',
          uploaded_at: result.uploaded,
          user_id: 'user_12345',
          variants: JSON.stringify(result.variants),
        }),
      ])
      await eventually(async () => (await worker.d1('select * from observed_message')).length === 1)
    } finally {
      await worker.stop()
    }
  })

  it('refuses what another secret signed, and the log says so', async () => {
    const server = await startServer()
    const worker = await startGuideWorker('another secret')
    try {
      await server.call('PUT', '/images/v1/webhooks', { url: worker.url, secret })
      await server.upload((await sampleImage('drawing')).bytes)
      expect((await server.nextAttempt()).attempt.status).toBe(401)
      const { result } = await server.call('GET', '/images/v1/webhooks/deliveries')
      const detail = await server.call('GET', `/images/v1/webhooks/deliveries/${result.deliveries[0].id}`)
      expect(detail.result.attempts[0].response.body).toBe('Invalid signature')
    } finally {
      await worker.stop()
    }
  })
})
