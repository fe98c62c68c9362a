import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { eventually } from './ground/engine.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer } from './ground/server.ts'

const webhooks = '/images/v1/webhooks'

test('many deliveries are replayed over the API: counted first, then put back, then done', async () => {
  const server = await startServer({ config: { retryScheduleMs: [] } })
  let healthy = false
  const receiver = await testReceiver({ respond: () => answer(healthy ? 200 : 500, '') })
  const { result: endpoint } = await server.call('POST', webhooks, { url: receiver.url })
  const since = new Date().toISOString()
  const { bytes } = await sampleImage('drawing')
  await server.upload(bytes, 'drawing.svg')
  await server.nextAttempt()
  healthy = true
  const path = `${webhooks}/${endpoint.id}/replay`
  const counted = await server.call('POST', path, { since, dry_run: true })
  expect(counted.result).toEqual({ dry_run: true, replayed_count: 1, looked_count: 1, complete: true })
  const { result: replay } = await server.call('POST', path, { since })
  expect(replay).toMatchObject({ webhook_id: endpoint.id, selection: 'dead', state: 'running', since, finished: null })
  expect((await server.call('POST', path, { since })).errors[0]).toMatchObject({ code: 5481 })
  const get = async () => (await server.call('GET', `${webhooks}/replays/${replay.id}`)).result
  await eventually(async () => (await get()).state === 'finished')
  expect(await get()).toMatchObject({ progress: 1, replayed_count: 1 })
  expect((await server.nextAttempt()).decision.kind).toBe('succeeded')
  expect((await server.call('DELETE', `${webhooks}/replays/${replay.id}`)).result.state).toBe('finished')
  const again = await server.call('POST', path, { since, state: 'succeeded' })
  expect((await server.call('DELETE', `${webhooks}/replays/${again.result.id}`)).result.state).toBe('canceled')
  const { result: listed } = await server.call('GET', `${webhooks}/${endpoint.id}/replays`)
  expect(listed.replays.map(({ state }: { state: string }) => state)).toEqual(['canceled', 'finished'])
})

test('a replay that makes no sense is refused with the field', async () => {
  const server = await startServer()
  const { result: endpoint } = await server.call('POST', webhooks, { url: 'https://example.com/' })
  const since = '2026-01-01T00:00:00Z'
  for (const [body, says] of [
    [{}, /^since/],
    [{ since: 'yesterday' }, /^since must be an instant/],
    [{ since, until: '2025-01-01T00:00:00Z' }, /^since must lie .* before until/],
    [{ since: '2099-01-01T00:00:00Z' }, /^since must lie in the past/],
    [{ since, missing: true, state: 'dead' }, /^missing takes events without a delivery/],
    [{ since, state: 'pending' }, /^state/],
    [{ since, dryRun: true }, /dryRun/],
  ] as const) {
    const refused = await server.call('POST', `${webhooks}/${endpoint.id}/replay`, body)
    expect([refused.status, refused.errors[0]?.message]).toEqual([400, expect.stringMatching(says)])
  }
  expect((await server.call('GET', `${webhooks}/replays/rpl_none`)).status).toBe(404)
  expect((await server.call('POST', `${webhooks}/webhook_none/replay`, { since })).status).toBe(404)
})
