import { expect, it } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { engineAccountId, startEngine, type Engine } from '../../test/ground/engine.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { answer } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { emptyTally, sumTallies, type Tally } from '../domain/tally.ts'
import type { Database, Statement } from '../store/database.ts'
import { bucketOf, minuteSpanMs, readTallies, spansMs } from '../store/tallies.ts'
import { createSettler } from './settler.ts'
import { createStatisticsReader, statisticsWindows } from './statistics.ts'

const secret = 'your_webhook_secret_key'
const dayMs = 24 * 3_600_000

const readerOf = ({ database, clock }: Engine) => createStatisticsReader({ database, clock })

/** Writes one row, so that a test can see whether a settlement holds. */
const addWorker = (id: string): Statement => ({
  sql: 'insert into worker (id, seen_until) values ($1, 0)',
  parameters: [id],
  expect: 1,
})

const success = (bin: number): Tally => ({
  ...emptyTally,
  attempts: 1,
  succeeded: 1,
  deliveriesSucceeded: 1,
  latency: { [bin]: 1 },
})

const partsOf = async (database: Database, subjectId: string): Promise<number> =>
  (await readTallies(database, subjectId, minuteSpanMs, 0)).length

describeDrivers('statistics', (driver) => {
  it('count what settling settles, for the endpoint and for its account, in every window', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    const { endpoint } = await engine.endpoints.add(engineAccountId, { url: receiver.url, secret })
    await engine.append()
    await engine.nextAttempt()
    receiver.respondWith(answer(500))
    await engine.append()
    await engine.nextAttempt()
    await engine.nextAttempt()
    receiver.respondWith(answer(410))
    engine.clock.advance(60_000)
    await engine.nextAttempt()
    const reader = readerOf(engine)
    for (const window of statisticsWindows) {
      const ofEndpoint = await reader.ofEndpoint(endpoint.id, window)
      expect(ofEndpoint.totals.tally, window).toMatchObject({
        attempts: 4,
        succeeded: 1,
        failures: { status_5xx: 2, status_4xx: 1 },
        deliveriesSucceeded: 1,
        deliveriesDead: 1,
      })
      expect(Object.values(ofEndpoint.totals.tally.latency).reduce((sum, count) => sum + count, 0)).toBe(4)
      expect(ofEndpoint.series.at(-1)?.at).toBe(bucketOf(engine.clock.now(), ofEndpoint.stepMs))
      expect(sumTallies(ofEndpoint.series.map(({ tally }) => tally))).toEqual(ofEndpoint.totals.tally)
      expect((await reader.ofAccount(engineAccountId, window)).totals.tally).toEqual(ofEndpoint.totals.tally)
    }
    const hour = await reader.ofEndpoint(endpoint.id, '1h')
    expect(hour.series.filter(({ tally }) => tally.attempts > 0).map(({ tally }) => tally.attempts)).toEqual([3, 1])
    expect((await reader.attention(engineAccountId)).suspended).toMatchObject([
      { id: endpoint.id, since: engine.clock.now(), reason: expect.stringContaining('410') },
    ])
  })

  it('count what is given up without an attempt, and no Test; tell how long the oldest is due', async () => {
    const engine = await startEngine(driver, { withoutWorker: true })
    const receiver = await testReceiver()
    const { endpoint } = await engine.endpoints.add(engineAccountId, { url: receiver.url, secret })
    await engine.deliveries.test(engineAccountId, endpoint.id, 'image.uploaded')
    const dueAt = engine.clock.now()
    await engine.append()
    engine.clock.advance(5000)
    await engine.append()
    const reader = readerOf(engine)
    expect(await reader.attention(engineAccountId)).toEqual({ suspended: [], oldestDueAt: dueAt })
    expect((await reader.ofEndpoint(endpoint.id, '1h')).totals.tally).toEqual(emptyTally)
    await engine.endpoints.patch(engineAccountId, endpoint.id, { active: false })
    expect((await reader.attention(engineAccountId)).oldestDueAt).toBeNull()
    engine.clock.advance(dayMs + 1)
    await engine.worker().start()
    const givenUp = async (): Promise<number> => {
      engine.clock.advance(1000)
      return (await reader.ofEndpoint(endpoint.id, '1h')).totals.tally.deliveriesDead
    }
    await expect.poll(givenUp, { timeout: 30_000 }).toBe(2)
    expect((await reader.ofEndpoint(endpoint.id, '1h')).totals.tally).toEqual({ ...emptyTally, deliveriesDead: 2 })
  })

  it('are exact when two workers settle for one endpoint at once, and each writes few parts', async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    const settlers = ['one', 'two'].map((owner) => createSettler({ database, clock, owner }))
    const endpoints = ['webhook_a', 'webhook_b', 'webhook_c']
    const settled: Promise<void>[] = []
    for (let count = 0; count < 300; count++)
      for (const [which, settle] of settlers.entries()) {
        const endpointId = endpoints[(count * (which + 1)) % 3] ?? ''
        settled.push(settle({ unit: [], tallies: [{ endpointId, accountId: 'a', tally: success(count % 40) }] }))
      }
    await Promise.all(settled)
    for (const spanMs of spansMs) {
      const whole = sumTallies((await readTallies(database, 'a', spanMs, 0)).map(({ tally }) => tally))
      expect(whole).toMatchObject({ attempts: 600, succeeded: 600, deliveriesSucceeded: 600 })
      expect(Object.keys(whole.latency)).toHaveLength(40)
      const each = await Promise.all(endpoints.map((endpointId) => readTallies(database, endpointId, spanMs, 0)))
      expect(sumTallies(each.flat().map(({ tally }) => tally))).toEqual(whole)
    }
    expect(await partsOf(database, 'a')).toBe(2)
  })

  it('do not count a settlement that does not hold, and count those beside it', async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    const settle = createSettler({ database, clock, owner: 'one' })
    const tallies = [{ endpointId: 'webhook_a', accountId: 'a', tally: success(3) }]
    const outcomes = await Promise.allSettled(
      ['x', 'x', 'y', 'z'].map((id) => settle({ unit: [addWorker(id)], tallies })),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    await settle({ unit: [], tallies })
    expect(sumTallies((await readTallies(database, 'a', minuteSpanMs, 0)).map(({ tally }) => tally)).attempts).toBe(4)
  })

  it('stay exact when nobody said whether a commit came about', async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    let silent = false
    const doubtful: Database = {
      ...database,
      async write(unit) {
        const outcome = await database.write(unit)
        if (silent) throw new Error('the connection was lost after the commit')
        return outcome
      },
    }
    const settle = createSettler({ database: doubtful, clock, owner: 'one' })
    const settlement = { unit: [], tallies: [{ endpointId: 'webhook_a', accountId: 'a', tally: success(3) }] }
    await settle(settlement)
    silent = true
    await expect(settle(settlement)).rejects.toThrow('connection was lost')
    silent = false
    await settle(settlement)
    const told = await readTallies(database, 'webhook_a', minuteSpanMs, 0)
    expect(told.map(({ tally }) => tally.attempts).toSorted()).toEqual([1, 2])
  })
})
