import { expect, test } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { engineAccountId, eventually, startEngine } from '../../test/ground/engine.ts'
import { answer } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { deliveryId } from '../domain/delivery.ts'
import type { Database } from '../store/database.ts'
import { findDelivery } from '../store/deliveries.ts'
import { findEvent } from '../store/events.ts'
import { hasUnsequenced, sequenceCommitted } from '../store/feed.ts'
import { readFeedBounds } from '../store/feed-reader.ts'
import { takeTurn } from '../store/retention.ts'
import { retain } from './retention.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const countOf = async (database: Database, table: string): Promise<number> =>
  Number((await database.read(`select count(*) as count from ${table}`, []))[0]?.['count'])

const counts = async (database: Database) => ({
  event: await countOf(database, 'event'),
  feed: await countOf(database, 'event_feed'),
  delivery: await countOf(database, 'delivery'),
  attempt: await countOf(database, 'attempt'),
})

/** Gives positions to what has none, where no sequencer runs. */
const sequence = async (database: Database): Promise<void> => {
  while (await hasUnsequenced(database)) await database.write(sequenceCommitted)
}

describeDrivers('retention', (driver) => {
  const open = async (eventCount: number) => {
    const engine = await startEngine(driver, { leaseMs: 365 * dayMs })
    const receiver = await testReceiver()
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret: 'secret' })
    const events = []
    for (let count = 0; count < eventCount; count++) events.push(await engine.append())
    for (let count = 0; count < eventCount; count++) await engine.nextAttempt()
    const { database, clock } = engine
    const retained = async () => {
      const done = retain({ database, clock, owner: 'me', retentionMs: 30 * dayMs })
      let over = false
      void done.finally(() => {
        over = true
      })
      await eventually(() => {
        clock.advance(1)
        return over
      })
      return done
    }
    return { engine, receiver, endpoint, events, database, clock, retained }
  }

  test('removes what is old with all that hangs on it, in batches, and nothing younger', async () => {
    const { engine, database, clock, retained, events } = await open(120)
    await sequence(database)
    expect(await retained()).toBe(0)
    clock.advance(30 * dayMs)
    await engine.append()
    await engine.nextAttempt()
    await sequence(database)
    expect(await retained()).toBe(120)
    expect(await counts(database)).toEqual({ event: 1, feed: 1, delivery: 1, attempt: 1 })
    expect(await findEvent(database, events[0]?.id ?? '')).toBeUndefined()
    expect(await readFeedBounds(database)).toEqual({ floor: 120, last: 121 })
  })

  test('keeps a pending delivery with its event and attempts, whatever its age, and says what the feed has lost', async () => {
    const { engine, receiver, endpoint, events, database, clock, retained } = await open(3)
    await sequence(database)
    receiver.respondWith(answer(500, ''))
    clock.advance(31 * dayMs)
    const second = events[1]?.id ?? ''
    await engine.deliveries.replay(engineAccountId, deliveryId(second, endpoint.id))
    await engine.nextAttempt()
    expect(await retained()).toBe(2)
    expect(await findDelivery(database, second, endpoint.id)).toMatchObject({ state: 'pending' })
    expect(await findEvent(database, second)).toBeDefined()
    expect(
      (await engine.deliveries.get(engineAccountId, deliveryId(second, endpoint.id))).attempts.length,
    ).toBeGreaterThan(1)
    expect((await readFeedBounds(database)).last).toBe(3)
    expect((await readFeedBounds(database)).floor).toBeGreaterThanOrEqual(2)
  })

  test('never gives a position twice, whatever was removed', async () => {
    const { engine, database, clock, retained } = await open(5)
    await sequence(database)
    clock.advance(31 * dayMs)
    expect(await retained()).toBe(5)
    expect(await readFeedBounds(database)).toEqual({ floor: 5, last: 5 })
    await engine.append()
    await sequence(database)
    expect(await readFeedBounds(database)).toEqual({ floor: 5, last: 6 })
  })

  test('is done by one process at a time, and by another when that one died', async () => {
    const { database, clock, retained } = await open(1)
    clock.advance(31 * dayMs)
    expect(await takeTurn(database, 'retention', 'other', 60_000)).toBe(true)
    expect(await retained()).toBe(0)
    clock.advance(60_001)
    expect(await retained()).toBe(1)
    expect(await takeTurn(database, 'retention', 'other', 60_000)).toBe(true)
  })
})
