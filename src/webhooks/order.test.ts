import { expect, it } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { engineAccountId, eventually, startEngine, type Engine } from '../../test/ground/engine.ts'
import { testReceiver, type Receiver } from '../../test/ground/receiver.ts'
import { answer, hang } from '../../test/ground/reactions.ts'
import { deliveryId } from '../domain/delivery.ts'
import { findDelivery } from '../store/deliveries.ts'
import { text } from '../store/row.ts'

const secret = 'your_webhook_secret_key'
const minute = 60_000

const appendMany = async (engine: Engine, count: number): Promise<string[]> => {
  const ids: string[] = []
  for (let made = 0; made < count; made++) {
    // Events of one millisecond may change places until the feed has numbered them.
    engine.clock.advance(1)
    ids.push((await engine.append()).id)
  }
  return ids
}

/** The event ids in the order of the feed. */
const feedOf = async (engine: Engine): Promise<string[]> =>
  (await engine.database.read('select event_id from event_feed where position is not null order by position', [])).map(
    (row) => text(row, 'event_id'),
  )

const sentTo = (receiver: Receiver): string[] => receiver.received.map(({ headers }) => String(headers['webhook-id']))

describeDrivers('an ordered endpoint', (driver) => {
  it('gets its events in the order of the feed, one at a time, whoever appends them', async () => {
    const engine = await startEngine(driver)
    let side = 0
    let widest = 0
    const receiver = await testReceiver({
      respond: async () => {
        side += 1
        widest = Math.max(widest, side)
        await new Promise((resolve) => setImmediate(resolve))
        side -= 1
        return answer(200, '')
      },
    })
    await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, ordered: true })
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let made = 0; made < 10; made++) await engine.append()
      }),
    )
    await eventually(() => {
      engine.clock.advance(5)
      return engine.records.length === 80
    })
    expect(sentTo(receiver)).toEqual(await feedOf(engine))
    expect(widest).toBe(1)
  })

  it('waits for the first until it succeeds, and the worker is not unwell meanwhile', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: (_, index) => answer(index < 3 ? 500 : 200, '') })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, ordered: true })
    const ids = await appendMany(engine, 5)
    await eventually(() => {
      engine.clock.advance(5)
      return engine.records.length === 2
    })
    for (let seconds = 0; seconds < 45; seconds++) {
      engine.clock.advance(1000)
      await engine.database.read('select 1 as one', [])
    }
    expect(sentTo(receiver)).toEqual([ids[0], ids[0]])
    engine.clock.advance(10_000)
    await eventually(() => {
      engine.clock.advance(1)
      return engine.records.length === 3
    })
    for (let seconds = 0; seconds < 200; seconds++) {
      engine.clock.advance(1000)
      await engine.database.read('select 1 as one', [])
      // Rounds may lag behind a clock that runs so fast; what must not be said is that deliveries are stuck.
      expect(engine.worker().problem() ?? '').not.toContain('have not moved')
    }
    expect(engine.records).toHaveLength(3)
    await eventually(() => {
      engine.clock.advance(1000)
      return engine.records.length === 8
    })
    expect(sentTo(receiver)).toEqual([ids[0], ids[0], ids[0], ...ids])
    expect(await findDelivery(engine.database, ids[0] ?? '', endpoint.id)).toMatchObject({
      state: 'succeeded',
      tier: 3,
    })
  })

  it('goes on with the next when the first has died', async () => {
    const engine = await startEngine(driver, { policy: { scheduleMs: [0], giveUpAfterMs: 60 * minute } })
    const receiver = await testReceiver({ respond: (_, index) => answer(index < 2 ? 500 : 200, '') })
    await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, ordered: true })
    const ids = await appendMany(engine, 3)
    await eventually(() => {
      engine.clock.advance(50)
      return engine.records.length === 4
    })
    expect(sentTo(receiver)).toEqual([ids[0], ids[0], ids[1], ids[2]])
  })

  it('keeps the order when a worker dies in the middle and another takes the lane', async () => {
    const engine = await startEngine(driver, { leaseMs: 30_000 })
    const receiver = await testReceiver({ respond: (_, index) => (index < 2 ? answer(200, '') : hang()) })
    await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, ordered: true })
    const ids = await appendMany(engine, 6)
    await eventually(() => {
      engine.clock.advance(5)
      return receiver.received.length === 3
    })
    receiver.respondWith(answer(200, ''))
    await engine.replaceWorker('crash')
    engine.clock.advance(31_000)
    await eventually(() => {
      engine.clock.advance(5)
      return new Set(sentTo(receiver)).size === 6
    })
    // The third is sent again by the one who took over, and by the one who was thought dead if it wakes up.
    expect([...new Set(sentTo(receiver))]).toEqual(ids)
  })

  it('keeps the place of what is replayed while it waits; what had left goes beside', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, ordered: true })
    const [done = ''] = await appendMany(engine, 1)
    await eventually(() => engine.records.length === 1)
    receiver.respondWith(answer(500, ''))
    const [first = '', second = ''] = await appendMany(engine, 2)
    await eventually(() => {
      engine.clock.advance(5)
      return engine.records.length === 3
    })
    receiver.respondWith(answer(200, ''))
    await engine.deliveries.replay(engineAccountId, deliveryId(second, endpoint.id))
    await engine.deliveries.replay(engineAccountId, deliveryId(done, endpoint.id))
    await eventually(() => engine.records.length === 4)
    expect(engine.records[3]?.delivery).toMatchObject({ eventId: done, tier: 2 })
    await engine.deliveries.replay(engineAccountId, deliveryId(first, endpoint.id))
    await eventually(() => engine.records.length === 6)
    expect(engine.records.slice(4).map(({ delivery }) => delivery.eventId)).toEqual([first, second])
  })

  it('keeps order among what was appended while it was ordered, also when it no longer is', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    const wish = { url: receiver.url, secret, ordered: true, active: false }
    const { endpoint } = await engine.endpoints.put(engineAccountId, { ...wish, ordered: false })
    const { endpoint: other } = await engine.endpoints.add(engineAccountId, wish)
    expect([endpoint.ordered, other.ordered]).toEqual([false, true])
    const ids = await appendMany(engine, 10)
    await engine.endpoints.patch(engineAccountId, other.id, { ordered: false, active: true })
    const later = await appendMany(engine, 10)
    await eventually(() => {
      engine.clock.advance(5)
      return engine.records.filter(({ delivery }) => delivery.endpointId === other.id).length === 20
    })
    const sent = engine.records
      .filter(({ delivery }) => delivery.endpointId === other.id)
      .map(({ delivery }) => delivery.eventId)
    expect(sent.filter((id) => ids.includes(id))).toEqual(ids)
    expect(new Set(sent)).toEqual(new Set([...ids, ...later]))
  })
})
