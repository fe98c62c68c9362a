import { expect, it } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { eventually } from './ground/engine.ts'
import { fakeClock } from './ground/fake-clock.ts'
import { answer, hang } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, type TestServer } from './ground/server.ts'

const webhooks = '/images/v1/webhooks'
const metricsToken = 'a-token-for-prometheus'

const drawing = async (): Promise<Uint8Array> => (await sampleImage('drawing')).bytes

const scrape = async ({ server, url }: TestServer): Promise<string> =>
  (await server.fetch(new Request(`${url}/metrics`))).text()

it('tells by name what is uploaded, served, asked for, due, under way and given up', async () => {
  const clock = fakeClock()
  const server = await startServer({ parts: { clock } })
  const receiver = await testReceiver()
  const { result: endpoint } = await server.call('PUT', webhooks, { url: receiver.url, max_concurrency: 1 })
  const { result: image } = await server.upload(await drawing(), 'drawing.svg')
  await server.nextAttempt()
  await (await server.server.fetch(new Request(image.variants[0]))).arrayBuffer()
  await server.server.fetch(new Request(`${server.url}/nowhere/at/all/${crypto.randomUUID()}`))
  receiver.respondWith(hang())
  await server.upload(await drawing(), 'drawing.svg')
  await server.upload(await drawing(), 'drawing.svg')
  await eventually(() => receiver.received.length === 2)
  clock.advance(12_000)
  const text = await scrape(server)
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'imagehooks_attempts_total{result="succeeded"} 1',
      'imagehooks_uploads_total{result="stored"} 3',
      'imagehooks_in_flight 1',
      'imagehooks_deliveries_due 2',
      'imagehooks_oldest_due_seconds 12',
      'imagehooks_endpoint_state{state="active"} 1',
      'imagehooks_endpoint_state{state="suspended"} 0',
      'imagehooks_delivery_seconds_count 1',
      'imagehooks_deliveries_finished_total{state="succeeded"} 1',
      'imagehooks_http_requests_total{method="POST",route="/client/v4/accounts/:accountId/images/v1",status="2xx"} 3',
    ]),
  )
  expect(text).toContain('imagehooks_http_requests_total{method="GET",route="/:accountHash/*",status="2xx"} 1')
  expect(text).toMatch(/^imagehooks_http_requests_total\{method="GET",route="none",status="4xx"\} 1$/m)
  expect(text).toMatch(/^imagehooks_store_commit_seconds_count\{result="committed"\} \d+$/m)
  expect(text).toMatch(/^imagehooks_claim_seconds_count \d+$/m)
  expect(text).not.toContain(endpoint.id)
  expect(text).not.toContain(image.id)
})

it('counts what was given up without an attempt among the deliveries that died', async () => {
  const clock = fakeClock()
  const server = await startServer({ parts: { clock } })
  const { result: endpoint } = await server.call('PUT', webhooks, { url: 'http://127.0.0.1:9/' })
  await server.call('PATCH', `${webhooks}/${endpoint.id}`, { active: false })
  await server.upload(await drawing(), 'drawing.svg')
  clock.advance(25 * 3_600_000)
  await eventually(async () => {
    clock.advance(1000)
    return (await scrape(server)).includes('imagehooks_deliveries_finished_total{state="dead"} 1')
  })
  expect(await scrape(server)).toContain('imagehooks_attempts_total')
  expect(await scrape(server)).not.toContain('imagehooks_attempts_total{')
})

it('does not take the age of what is replayed for the time of a delivery', async () => {
  const clock = fakeClock()
  const server = await startServer({ parts: { clock } })
  const receiver = await testReceiver()
  await server.call('PUT', webhooks, { url: receiver.url })
  await server.upload(await drawing(), 'drawing.svg')
  await server.nextAttempt()
  clock.advance(86_400_000)
  const { result } = await server.call('GET', `${webhooks}/deliveries`)
  await server.call('POST', `${webhooks}/deliveries/${result.deliveries[0].id}/replay`)
  await server.nextAttempt()
  const text = await scrape(server)
  expect(text).toContain('imagehooks_delivery_seconds_count 1')
  expect(text).toContain('imagehooks_deliveries_finished_total{state="succeeded"} 2')
})

it('asks the database again only when its last answer is ten seconds old', async () => {
  const clock = fakeClock()
  const server = await startServer({ parts: { clock } })
  const receiver = await testReceiver()
  receiver.respondWith(hang())
  await server.call('PUT', webhooks, { url: receiver.url })
  expect(await scrape(server)).toContain('imagehooks_deliveries_due 0')
  await server.upload(await drawing(), 'drawing.svg')
  expect(await scrape(server)).toContain('imagehooks_deliveries_due 0')
  clock.advance(10_000)
  expect(await scrape(server)).toContain('imagehooks_deliveries_due 1')
})

it('counts the readers of server-sent events while they read', async () => {
  const server = await startServer({ config: { inbox: { secret: 'your_webhook_secret_key' } } })
  const response = await server.server.fetch(new Request(`${server.url}/inbox/events`))
  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  expect(await scrape(server)).toContain('imagehooks_sse_readers 1')
  await response.body?.cancel()
  expect(await scrape(server)).toContain('imagehooks_sse_readers 0')
})

it('gives metrics to callers from elsewhere who send the token, and to nobody else', async () => {
  const server = await startServer({ config: { metricsToken } })
  const ask = async (authorization?: string) =>
    (
      await server.server.fetch(
        new Request('http://metrics.example/metrics', { headers: authorization ? { authorization } : {} }),
      )
    ).status
  expect(await ask()).toBe(403)
  expect(await ask('Bearer another-token-for-it')).toBe(403)
  expect(await ask(`Bearer ${metricsToken}`)).toBe(200)
  expect(JSON.stringify(server.log.lines)).not.toContain(metricsToken)
})

it('writes one line for each attempt, without secrets and without the query of the URL', async () => {
  const server = await startServer()
  const receiver = await testReceiver()
  const { result: endpoint } = await server.call('PUT', webhooks, { url: `${receiver.url}/hooks?key=hidden-in-query` })
  await server.upload(await drawing(), 'drawing.svg')
  await server.nextAttempt()
  receiver.respondWith(answer(410))
  await server.upload(await drawing(), 'drawing.svg')
  await server.nextAttempt()
  const lines = server.log.lines.filter(({ fields }) => fields['attemptId'] !== undefined)
  expect(lines).toMatchObject([
    { level: 'debug', fields: { endpointId: endpoint.id, number: 1, status: 200, decision: 'succeeded' } },
    {
      level: 'info',
      message: 'A delivery was given up',
      fields: {
        deliveryId: expect.stringMatching(/^dlv_/),
        url: `${receiver.url}/hooks`,
        status: 410,
        failure: 'status_4xx',
        reason: 'endpoint_gone',
      },
    },
  ])
  expect(JSON.stringify(server.log.lines)).not.toContain('hidden-in-query')
})
