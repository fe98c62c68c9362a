import { expect, it } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { eventually } from './ground/engine.ts'
import { fakeClock } from './ground/fake-clock.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer } from './ground/server.ts'

const webhooks = '/images/v1/webhooks'

it('answers charts of an endpoint and the overview of its account', async () => {
  const clock = fakeClock()
  const server = await startServer({ parts: { clock } })
  const receiver = await testReceiver()
  const { result: endpoint } = await server.call('PUT', webhooks, { url: receiver.url })
  await server.upload((await sampleImage('drawing')).bytes, 'drawing.svg')
  await server.nextAttempt()
  receiver.respondWith(answer(410))
  await server.upload((await sampleImage('drawing')).bytes, 'drawing.svg')
  await server.nextAttempt()

  const { result: chart } = await server.call('GET', `${webhooks}/${endpoint.id}/stats?window=1h`)
  expect(chart).toMatchObject({ window: '1h', step_seconds: 60 })
  expect(chart.series).toHaveLength(60)
  expect(chart.totals).toMatchObject({
    attempts: 2,
    attempts_succeeded: 1,
    attempts_failed: 1,
    failures: { status_4xx: 1 },
    success_rate: 0.5,
    deliveries_succeeded: 1,
    deliveries_dead: 1,
  })
  expect(chart.totals.latency_ms.p50).toBeLessThanOrEqual(chart.totals.latency_ms.p99)
  expect(chart.totals).not.toHaveProperty('images_uploaded')

  const overview = async () => {
    clock.advance(10_000)
    return (await server.call('GET', `${webhooks}/stats`)).result
  }
  await eventually(async () => (await overview()).totals.images_uploaded === 2)
  expect(await overview()).toMatchObject({
    window: '24h',
    totals: { attempts: 2, images_uploaded: 2 },
    attention: {
      suspended: [{ id: endpoint.id, reason: expect.stringContaining('410') }],
      deliveries_dead: 1,
      oldest_due_at: null,
      oldest_due_seconds: null,
    },
  })
})

it('refuses other windows and unknown endpoints', async () => {
  const server = await startServer()
  const refused = await server.call('GET', `${webhooks}/stats?window=2h`)
  expect(refused.status).toBe(400)
  expect(refused.errors[0]?.message).toContain('window')
  expect((await server.call('GET', `${webhooks}/webhook_0/stats`)).status).toBe(404)
})
