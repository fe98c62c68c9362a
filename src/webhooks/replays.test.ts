import type { ServerResponse } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { describeDrivers, type Driver } from '../../test/ground/drivers.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { engineAccountId, eventually, startEngine, type Engine } from '../../test/ground/engine.ts'
import { answer } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { deliveryId } from '../domain/delivery.ts'
import type { ReplaySelection } from '../domain/replay.ts'
import { systemRandom } from '../domain/random.ts'
import { countWaitingReplays } from '../store/replay-batch.ts'
import { findLaneId } from '../store/endpoints.ts'
import { createReplayRunner, type ReplayRunnerParts } from './replay-runner.ts'
import { createReplays } from './replays.ts'

/** Short enough that the failures in a row make no outage, after which the engine would start slowly. */
const whileMs = 10_000

/** The engine, its replays, and as many runners of them as a test wants. */
const start = async (driver: Driver, limits: Pick<ReplayRunnerParts, 'batchSize' | 'backlogLimit'> = {}) => {
  const engine = await startEngine(driver, { policy: { scheduleMs: [], giveUpAfterMs: 86_400_000 } })
  const { database, log } = engine
  const timers = fakeClock()
  // Time stands still for attempts; only the runners' timers are moved on.
  const clock = { ...engine.clock, after: timers.after }
  const replays = createReplays({ database, clock, random: systemRandom })
  const run = (owner: string, seen: ReplayRunnerParts['database'] = database) => {
    const runner = createReplayRunner({ database: seen, clock, log, owner, giveUpAfterMs: 86_400_000, ...limits })
    runner.start()
    onTestFinished(() => runner.stop())
    return runner
  }
  const wish = (endpointId: string, selection: ReplaySelection, sinceAt: number) => ({
    accountId: engineAccountId,
    endpointId,
    selection,
    sinceAt,
  })
  const stateOf = async (id: string) => (await replays.get(engineAccountId, id)).state
  return { ...engine, timers, replays, run, wish, stateOf }
}

type Started = Awaited<ReturnType<typeof start>>

const addEndpoint = async ({ endpoints }: Pick<Engine, 'endpoints'>, url: string, more = {}) =>
  (await endpoints.add(engineAccountId, { url, ...more })).endpoint

/** Gives the runners a turn after the other until it holds. */
const passing = ({ timers }: Pick<Started, 'timers'>, holds: () => Promise<boolean>) =>
  eventually(async () => {
    timers.advance(1000)
    return holds()
  })

describeDrivers('replays', (driver) => {
  it('put back what is dead since an instant, and leave Tests, successes and what was before', async () => {
    const started = await start(driver)
    const { clock, replays, deliveries } = started
    let healthy = false
    const receiver = await testReceiver({ respond: () => answer(healthy ? 200 : 500, '') })
    const endpoint = await addEndpoint(started, receiver.url)
    await started.append()
    await started.nextAttempt()
    clock.advance(whileMs)
    const since = clock.now()
    const dead = [(await started.append()).id]
    await started.nextAttempt()
    clock.advance(whileMs)
    dead.push((await started.append()).id)
    await started.nextAttempt()
    await deliveries.test(engineAccountId, endpoint.id, 'image.uploaded')
    healthy = true
    clock.advance(whileMs)
    await started.append()
    await started.nextAttempt()

    const wish = started.wish(endpoint.id, 'dead', since)
    expect(await replays.count(wish)).toEqual({ takenCount: 2, lookedCount: 4, complete: true })
    expect(await replays.list(endpoint.id)).toEqual([])
    const { id } = await replays.start(wish)
    await expect(replays.start(wish)).rejects.toMatchObject({ code: 'replay_running' })
    started.run('runner')
    await passing(started, async () => (await started.stateOf(id)) === 'finished')
    const replayed = [await started.nextAttempt(), await started.nextAttempt()]
    expect(replayed.map(({ delivery }) => delivery.eventId).toSorted()).toEqual(dead)
    expect(replayed.map(({ attempt, delivery }) => [attempt.number, delivery.tier])).toEqual([
      [2, 2],
      [2, 2],
    ])
    expect(await replays.get(engineAccountId, id)).toMatchObject({
      state: 'finished',
      lookedCount: 4,
      replayedCount: 2,
    })
    expect((await replays.count(wish)).takenCount).toBe(0)
    expect((await replays.count(started.wish(endpoint.id, 'succeeded', since))).takenCount).toBe(3)
    expect(await replays.list(endpoint.id)).toHaveLength(1)
    await expect(replays.get('b'.repeat(32), id)).rejects.toMatchObject({ code: 'replay_not_found' })
    await expect(replays.count(started.wish(endpoint.id, 'dead', clock.now() + 5))).rejects.toMatchObject({
      pointer: '/since',
    })
  })

  it('send an endpoint what it missed, from before it was made too, each event once', async () => {
    const started = await start(driver)
    const { clock, replays } = started
    const since = clock.now()
    const missed: string[] = []
    for (let count = 0; count < 5; count++) {
      missed.push((await started.append()).id)
      clock.advance(1000)
    }
    const receiver = await testReceiver()
    const endpoint = await addEndpoint(started, receiver.url)
    const other = await addEndpoint(started, receiver.url, { events: ['image.deleted'] })
    await started.deliveries.test(engineAccountId, endpoint.id, 'image.uploaded')
    const present = (await started.append()).id
    expect((await started.nextAttempt()).attempt.eventId).toBe(present)
    clock.advance(1000)
    expect((await replays.count(started.wish(endpoint.id, 'missing', since))).takenCount).toBe(5)
    expect((await replays.count(started.wish(other.id, 'missing', since))).takenCount).toBe(0)
    started.run('runner')
    for (const expected of [5, 0]) {
      const { id } = await replays.start(started.wish(endpoint.id, 'missing', since))
      await passing(started, async () => (await started.stateOf(id)) === 'finished')
      expect((await replays.get(engineAccountId, id)).replayedCount).toBe(expected)
    }
    const sent = []
    for (let count = 0; count < 5; count++) sent.push((await started.nextAttempt()).attempt.eventId)
    expect(sent.toSorted()).toEqual(missed)
  })

  it('let one that is replayed by hand go before all that wait', async () => {
    const started = await start(driver)
    const { clock, replays, deliveries, database } = started
    const receiver = await testReceiver()
    const endpoint = await addEndpoint(started, receiver.url, { maxConcurrency: 1 })
    const since = clock.now()
    let last = ''
    for (let count = 0; count < 40; count++) last = (await started.append()).id
    for (let count = 0; count < 40; count++) await started.nextAttempt()
    clock.advance(1000)
    const held: ServerResponse[] = []
    receiver.respondWith((response) => void held.push(response))
    const { id } = await replays.start(started.wish(endpoint.id, 'succeeded', since))
    started.run('runner')
    await passing(started, async () => (await started.stateOf(id)) === 'finished')
    await eventually(() => held.length === 1)
    const heard = new Promise((resolve) => {
      const stop = database.listen(({ topic }) => topic === 'hurry' && resolve(stop()))
    })
    await deliveries.replay(engineAccountId, deliveryId(last, endpoint.id))
    await heard
    receiver.respondWith(answer(200))
    held[0]?.end()
    let before = 0
    while ((await started.nextAttempt()).attempt.eventId !== last) before += 1
    // The one that was held, and what may start while the lane is being read: by far not those in its window.
    expect(before).toBeLessThan(8)
  })

  it('wait while many are pending, go on when there is room, and stop where they are canceled', async () => {
    const started = await start(driver, { batchSize: 10, backlogLimit: 15 })
    const { clock, replays, database } = started
    const since = clock.now()
    for (let count = 0; count < 60; count++) await started.append()
    const receiver = await testReceiver()
    const endpoint = await addEndpoint(started, receiver.url, { active: false })
    clock.advance(1)
    const { id } = await replays.start(started.wish(endpoint.id, 'missing', since))
    started.run('runner')
    const laneId = (await findLaneId(database, endpoint.id)) ?? ''
    const waiting = () => countWaitingReplays(database, laneId, 1000)
    await passing(started, async () => (await waiting()) === 20)
    for (let turns = 0; turns < 20; turns++) {
      started.timers.advance(1000)
      await replays.get(engineAccountId, id)
    }
    expect([await waiting(), (await replays.get(engineAccountId, id)).lookedCount]).toEqual([20, 20])
    await started.endpoints.patch(engineAccountId, endpoint.id, { active: true })
    await passing(started, async () => (await replays.get(engineAccountId, id)).replayedCount >= 40)
    await started.endpoints.patch(engineAccountId, endpoint.id, { active: false })
    const canceled = await replays.cancel(engineAccountId, id)
    expect(canceled).toMatchObject({ state: 'canceled', finishedAt: clock.now() })
    const rest = await replays.start(started.wish(endpoint.id, 'missing', since))
    await started.endpoints.remove(engineAccountId, endpoint.id)
    await passing(started, async () => (await started.stateOf(rest.id)) === 'canceled')
    const { replayedCount } = await replays.get(engineAccountId, id)
    expect(replayedCount).toBe((await replays.cancel(engineAccountId, id)).replayedCount)
  })

  it('survive the death of their worker, and two that run them at once put nothing back twice', async () => {
    const started = await start(driver, { batchSize: 7 })
    const { clock, replays, database } = started
    const since = clock.now()
    for (let count = 0; count < 50; count++) await started.append()
    const receiver = await testReceiver()
    const endpoint = await addEndpoint(started, receiver.url)
    clock.advance(1)
    const { id } = await replays.start(started.wish(endpoint.id, 'missing', since))
    let batches = 0
    // Dies in the middle: after three batches none of its writes arrives any more.
    const dying: ReplayRunnerParts['database'] = {
      ...database,
      write: (unit) => {
        if (unit.some(({ sql }) => sql.startsWith('update replay set cursor')) && ++batches > 3)
          return Promise.reject(new Error('killed'))
        return batches > 3 ? Promise.resolve({ committed: true, changes: [], rows: [] }) : database.write(unit)
      },
    }
    started.run('first', dying)
    await passing(started, async () => (await replays.get(engineAccountId, id)).replayedCount === 21 && batches > 3)
    for (let count = 0; count < 21; count++) await started.nextAttempt()
    clock.advance(31_000)
    started.run('second')
    started.run('third')
    await passing(started, async () => (await started.stateOf(id)) === 'finished')
    expect(await replays.get(engineAccountId, id)).toMatchObject({ lookedCount: 50, replayedCount: 50 })
    for (let count = 0; count < 50; count++) await receiver.next()
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(50)
    expect(receiver.received).toHaveLength(50)
  })
})
