import { expect, it, onTestFinished } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { answer } from './ground/reactions.ts'
import { fakeClock } from './ground/fake-clock.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, testAccount, type TestServer } from './ground/server.ts'
import { makeTemporaryFolder } from './ground/temporary.ts'
import { traceCollector, type CollectedSpan } from './ground/trace-collector.ts'

const webhooks = '/images/v1/webhooks'
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const callerSpanId = '00f067aa0ba902b7'

const upload = async ({ server, url }: TestServer, traceparent: string): Promise<Response> => {
  const form = new FormData()
  form.append('file', new File([new Uint8Array((await sampleImage('drawing')).bytes)], 'drawing.svg'))
  return server.fetch(
    new Request(`${url}/client/v4/accounts/${testAccount.accountId}/images/v1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testAccount.apiToken}`, traceparent },
      body: form,
    }),
  )
}

const tracingTo = (url: string) => ({ tracing: { url, serviceName: 'images', share: 1 } })

const named = (spans: readonly CollectedSpan[], part: string): CollectedSpan[] =>
  spans.filter(({ name }) => name.includes(part))

it('joins the caller, the upload and its attempts in one trace, also when another process makes an attempt', async () => {
  const collector = await traceCollector()
  const receiver = await testReceiver()
  const folder = makeTemporaryFolder()
  onTestFinished(() => folder.remove())
  const clock = fakeClock()
  const config = { ...tracingTo(collector.url), retryScheduleMs: [60_000] }
  const first = await startServer({ config, parts: { clock }, dataFolder: folder.path })
  await first.call('PUT', webhooks, { url: receiver.url })
  receiver.respondWith(answer(500))
  expect((await upload(first, `00-${traceId}-${callerSpanId}-01`)).status).toBe(200)
  await first.nextAttempt()
  await first.stop()
  receiver.respondWith(answer(200))
  clock.advance(120_000)
  const second = await startServer({ config, parts: { clock }, dataFolder: folder.path })
  await second.nextAttempt()
  await second.stop()

  const [uploaded] = named(collector.spans, 'POST /client/v4/accounts/:accountId/images/v1').filter(
    (span) => span.traceId === traceId,
  )
  expect(uploaded).toMatchObject({ parentSpanId: callerSpanId, kind: 2 })
  const attempts = named(collector.spans, 'webhook attempt')
  expect(attempts).toHaveLength(2)
  for (const attempt of attempts) expect(attempt).toMatchObject({ traceId, parentSpanId: uploaded?.spanId, kind: 3 })
  expect(attempts.map(({ status }) => status?.message ?? 'none')).toEqual(['answered 500', 'none'])
  expect(receiver.received.map(({ headers }) => headers['traceparent'])).toEqual(
    attempts.map(({ spanId }) => `00-${traceId}-${spanId}-01`),
  )
  expect(collector.resources[0]).toContain('"images"')
})

it('joins a Test with its call, begins a trace where the caller’s is malformed, and obeys a caller who wants none', async () => {
  const collector = await traceCollector()
  const receiver = await testReceiver()
  const server = await startServer({ config: tracingTo(collector.url) })
  const { result: endpoint } = await server.call('PUT', webhooks, { url: receiver.url })
  await server.call('POST', `${webhooks}/${endpoint.id}/test`, {})
  await upload(server, `00-${'0'.repeat(32)}-${callerSpanId}-01`)
  await server.nextAttempt()
  await upload(server, `00-${traceId}-${callerSpanId}-00`)
  await server.nextAttempt()
  await server.stop()
  const [tested] = named(collector.spans, '/test')
  const attempts = named(collector.spans, 'webhook attempt')
  expect(attempts).toHaveLength(2)
  expect(attempts[0]).toMatchObject({ traceId: tested?.traceId, parentSpanId: tested?.spanId })
  expect(attempts[1]?.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
  expect(collector.spans.some((span) => span.traceId === traceId)).toBe(false)
  expect(receiver.received[2]?.headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
})

it('sends no traceparent when nothing is traced, and says when the collector takes nothing', async () => {
  const receiver = await testReceiver()
  const untraced = await startServer()
  await untraced.call('PUT', webhooks, { url: receiver.url })
  await upload(untraced, `00-${traceId}-${callerSpanId}-01`)
  await untraced.nextAttempt()
  expect(receiver.received[0]?.headers).not.toHaveProperty('traceparent')

  const collector = await traceCollector()
  collector.answerWith(400)
  const traced = await startServer({ config: tracingTo(collector.url) })
  await traced.call('GET', webhooks)
  await traced.stop()
  expect(traced.log.lines.map(({ message }) => message)).toContain(
    'The trace collector takes no spans; they are dropped',
  )
})
