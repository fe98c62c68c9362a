import { expect, it } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { engineAccountId, eventually, startEngine, type Engine } from '../../test/ground/engine.ts'
import { testReceiver, type Receiver } from '../../test/ground/receiver.ts'
import { answer, hang } from '../../test/ground/reactions.ts'
import { deliveryId } from '../domain/delivery.ts'

const secret = 'your_webhook_secret_key'
const minute = 60_000
const once = { scheduleMs: [], giveUpAfterMs: 24 * 60 * minute }

/** Moves time on in small steps, only while no attempt is under way, until so many attempts are settled. */
const run = async (engine: Engine, receiver: Receiver, attempts: number, stepMs: number): Promise<void> => {
  await eventually(() => {
    if (engine.records.length >= attempts) return true
    if (receiver.received.length <= engine.records.length) engine.clock.advance(stepMs)
    return false
  })
}

const appendMany = async (engine: Engine, count: number): Promise<string[]> => {
  const ids: string[] = []
  for (let made = 0; made < count; made++) ids.push((await engine.append()).id)
  return ids
}

describeDrivers('the flow of a lane', (driver) => {
  it('pauses ever longer between attempts that all fail, and another lane does not notice', async () => {
    const engine = await startEngine(driver, { policy: once })
    const dead = await testReceiver({ respond: () => answer(500, '') })
    const healthy = await testReceiver()
    const { endpoint } = await engine.endpoints.add(engineAccountId, { url: dead.url, secret, maxConcurrency: 1 })
    await engine.endpoints.add(engineAccountId, { url: healthy.url, secret })
    await appendMany(engine, 40)
    // The clock stands: one failure and the attempt after it are all that the dead one gets.
    await eventually(() => engine.records.length === 42)
    expect([dead.received.length, healthy.received.length]).toEqual([2, 40])
    await eventually(() => {
      engine.clock.advance(10)
      return dead.received.length === 14 && engine.records.length === 54
    })
    const starts = engine.records
      .filter(({ delivery }) => delivery.endpointId === endpoint.id)
      .map(({ attempt }) => attempt.startedAt)
    const pauses = starts.slice(1, 11).map((at, index) => at - (starts[index] ?? 0))
    for (const [index, least] of [0, 50, 100, 200, 400, 800, 1600, 3200, 4000, 4000].entries())
      expect(pauses[index]).toBeGreaterThanOrEqual(least)
  })

  it('comes back slowly after a long outage: attempts side by side and per second grow step by step', async () => {
    const engine = await startEngine(driver, { policy: once })
    let side = 0
    let widest = 0
    const receiver = await testReceiver({ respond: () => answer(500, '') })
    await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    await appendMany(engine, 400)
    await run(engine, receiver, 70, 100)
    engine.clock.advance(10 * minute)
    await run(engine, receiver, engine.records.length + 1, 100)
    const widths: number[] = []
    receiver.respondWith({
      each: async () => {
        side += 1
        widest = Math.max(widest, side)
        widths.push(widest)
        await new Promise((resolve) => setImmediate(resolve))
        side -= 1
        return answer(200, '')
      },
    })
    const failed = engine.records.length
    await run(engine, receiver, 400, 5)
    const [first = 0, ...later] = engine.records.slice(failed).map(({ attempt }) => attempt.startedAt)
    const within = (ms: number): number => later.filter((at) => at - first < ms).length
    expect(later.length).toBeGreaterThan(250)
    expect(within(1000)).toBeLessThanOrEqual(12)
    expect(within(5000)).toBeLessThanOrEqual(76)
    expect(within(10_000)).toBeLessThanOrEqual(220)
    expect(widths[0]).toBe(1)
    expect(widest).toBeLessThanOrEqual(24)
  })

  it('tries a replay by hand at once, however long the pause', async () => {
    const engine = await startEngine(driver, { policy: once })
    const receiver = await testReceiver({ respond: () => answer(500, '') })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, maxConcurrency: 1 })
    const [first = ''] = await appendMany(engine, 30)
    await run(engine, receiver, 10, 10)
    for (let replays = 0; replays < 3; replays++) {
      await engine.deliveries.replay(engineAccountId, deliveryId(first, endpoint.id))
      await eventually(() => engine.records.length === 11 + replays)
      expect(engine.records.at(-1)?.delivery.eventId).toBe(first)
    }
  })

  it('forgets the pause when a Test passes, and when the endpoint gets another URL', async () => {
    const engine = await startEngine(driver, { policy: once })
    const receiver = await testReceiver({ respond: () => answer(500, '') })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, maxConcurrency: 1 })
    await appendMany(engine, 30)
    await run(engine, receiver, 9, 10)
    const other = await testReceiver({ respond: () => answer(500, '') })
    await engine.endpoints.patch(engineAccountId, endpoint.id, { url: other.url })
    await eventually(() => engine.records.length === 11)
    await run(engine, other, 11, 10)
    engine.clock.advance(1001)
    other.respondWith(answer(200, ''))
    await engine.deliveries.test(engineAccountId, endpoint.id, 'image.uploaded')
    await eventually(() => engine.records.length > 11)
    expect(engine.records[11]?.decision.kind).toBe('succeeded')
  })

  it('takes an endpoint up gently that was suspended', async () => {
    const engine = await startEngine(driver, { policy: once })
    const receiver = await testReceiver({ respond: (_, index) => answer(index === 0 ? 410 : 200, '') })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    await appendMany(engine, 1)
    await eventually(() => engine.records.length === 1)
    await appendMany(engine, 40)
    await engine.endpoints.patch(engineAccountId, endpoint.id, { active: true })
    await eventually(() => engine.records.length === 2)
    const resumedAt = engine.clock.now()
    await run(engine, receiver, 41, 5)
    const within = engine.records.slice(1).filter(({ attempt }) => attempt.startedAt - resumedAt < 1000)
    expect(within.length).toBeLessThanOrEqual(12)
  })

  it('leaves no timer behind when it stops in a pause', async () => {
    const timersAfter = async (status: number, attempts: number): Promise<number> => {
      const engine = await startEngine(driver, { policy: once })
      const receiver = await testReceiver({ respond: () => answer(status, '') })
      await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, maxConcurrency: 1 })
      await appendMany(engine, 3)
      await eventually(() => engine.records.length === attempts)
      await engine.worker().stop(0)
      return engine.clock.pendingCount()
    }
    expect(await timersAfter(500, 2)).toBe(await timersAfter(200, 3))
  })

  it('gives first attempts their turns before any number of retries and replays', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    const wish = { url: receiver.url, secret, maxConcurrency: 1, active: false }
    const { endpoint } = await engine.endpoints.add(engineAccountId, wish)
    await appendMany(engine, 300)
    await engine.database.write([
      { sql: 'update delivery set tier = 1, due_at = due_at - 60000', parameters: [] },
      {
        sql: `update delivery set tier = 2 where event_id in (select event_id from delivery order by event_id limit 150)`,
        parameters: [],
      },
    ])
    const fresh = await appendMany(engine, 8)
    await engine.endpoints.patch(engineAccountId, endpoint.id, { active: true })
    await eventually(() => engine.records.length >= 14)
    const first14 = new Set(engine.records.slice(0, 14).map(({ delivery }) => delivery.eventId))
    expect(fresh.filter((id) => first14.has(id))).toHaveLength(8)
  })

  it('keeps to the limit of all lanes together, and leaves a slot for those that answer', async () => {
    const engine = await startEngine(driver, { inFlightLimit: 8 })
    const hanging = await testReceiver({ respond: () => hang() })
    for (let count = 0; count < 2; count++)
      await engine.endpoints.add(engineAccountId, { url: `${hanging.url}/${count}`, secret })
    await appendMany(engine, 20)
    await eventually(() => hanging.received.length === 6)
    const healthy = await testReceiver()
    const { endpoint } = await engine.endpoints.add(engineAccountId, { url: healthy.url, secret })
    await appendMany(engine, 20)
    await eventually(() => healthy.received.length === 20)
    expect(engine.records.every(({ delivery }) => delivery.endpointId === endpoint.id)).toBe(true)
    expect(hanging.received).toHaveLength(6)
  })
})
