import { expect, onTestFinished, test } from 'vitest'
import { sampleImage } from '../../../scripts/sample-images.ts'
import { answer } from '../../../test/ground/reactions.ts'
import { testReceiver } from '../../../test/ground/receiver.ts'
import { startServer, testAccount } from '../../../test/ground/server.ts'
import { secret } from '../../test/deliver.ts'
import { startWorkerd } from '../../test/workerd.ts'

test("the guide's four patterns in one Worker: from an upload to its row, its message, its notice or its end", async () => {
  const server = await startServer({ listen: true })
  const { bytes } = await sampleImage('photo')
  const first = await server.upload(bytes, 'before.png', { id: 'before' })
  const consumed: string[] = []
  let hear = (): void => {}
  /** The notification API and the moderation API, which rejects by the image's id and fails at first. */
  const others = await testReceiver()
  others.respondWith({
    each: ({ path, text }, index) => {
      if (index === 0) return answer(503)
      return answer(200, path === '/check' ? JSON.stringify({ approved: !text().includes('bad') }) : '')
    },
  })
  const workerd = startWorkerd('patterns-worker.ts', {
    d1Databases: ['DB'],
    queueProducers: { IMAGE_QUEUE: 'images' },
    queueConsumers: { images: { maxBatchTimeout: 0.01 } },
    serviceBindings: {
      CONSUMED: async (request: Request) => {
        consumed.push(await request.text())
        hear()
        return new Response()
      },
    },
    bindings: {
      WEBHOOK_SECRET: secret,
      OTHERS_URL: others.url,
      API_URL: `${server.url}/client/v4`,
      API_TOKEN: testAccount.apiToken,
      ACCOUNT_ID: testAccount.accountId,
      VARIANTS_URL: String(first.result.variants[0]).split('/before/')[0],
    },
  })
  onTestFinished(() => workerd.dispose())
  const url = await workerd.ready
  await fetch(new URL('/prepare', url))
  const events = ['image.uploaded', 'image.deleted']
  await server.call('PUT', '/images/v1/webhooks', { url: `${url.origin}/webhooks`, events, secret })
  const nextStatus = async () => (await server.nextAttempt()).attempt.status

  await server.upload(bytes, 'good.jpg', { id: 'good one', creator: 'zoe' })
  expect([await nextStatus(), await nextStatus()]).toEqual([500, 200])
  await server.upload(bytes, 'bad.jpg', { id: 'bad/one', creator: 'zoe' })
  // The rejected image is deleted through the API, which tells the receiver in its turn.
  expect([await nextStatus(), await nextStatus()]).toEqual([200, 200])

  const isThere = async (id: string) =>
    (await server.call('GET', `/images/v1/${encodeURIComponent(id)}`)).status === 200
  expect([await isThere('good one'), await isThere('bad/one')]).toEqual([true, false])
  expect(await (await fetch(new URL('/rows', url))).json()).toEqual([
    expect.objectContaining({ image_id: 'bad/one', filename: 'bad.jpg', deleted_at: expect.any(Number) }),
    expect.objectContaining({ image_id: 'good one', filename: 'good.jpg', creator: 'zoe', deleted_at: null }),
  ])
  const audited: unknown = await (await fetch(new URL('/audit', url))).json()
  expect(audited).toHaveLength(4)
  expect(audited).toContainEqual(
    expect.objectContaining({
      code: 'handler_failed',
      imageId: 'good one',
      error: 'Error: The step moderate failed: Error: The moderation API answered 503.',
    }),
  )
  while (consumed.length < 1) await new Promise<void>((resolve) => (hear = resolve))
  expect(consumed.map((text) => JSON.parse(text))).toEqual([
    { imageId: 'good one', action: 'generate_thumbnails', variants: [expect.stringContaining('/good%20one/public')] },
  ])
  expect(others.received.map(({ path }) => path)).toEqual(['/check', '/check', '/notifications', '/check'])
  expect(JSON.parse(others.received[2]?.text() ?? '')).toEqual({
    userId: 'zoe',
    message: 'Your image good.jpg has been uploaded',
  })
})
