import { expect, it } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { engineAccountId, eventually, startEngine, type Engine } from '../../test/ground/engine.ts'
import { answer } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { findDelivery } from '../store/deliveries.ts'

const secret = 'your_webhook_secret_key'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** One attempt of each delivery, so that an event is a failure. */
const once = { scheduleMs: [], giveUpAfterMs: 30 * day }

const announcements = async ({ database }: Engine) =>
  (await database.read('select kind, occurrence_count, details from announcement order by first_at, kind', [])).map(
    (row) => ({
      kind: row['kind'],
      count: Number(row['occurrence_count']),
      ...JSON.parse(String(row['details'])),
    }),
  )

describeDrivers('suspension by rule', (driver) => {
  const open = async (status: () => number, wish: Partial<Parameters<typeof startEngine>[1]> = {}) => {
    const engine = await startEngine(driver, { policy: once, leaseMs: 365 * day, ...wish })
    const receiver = await testReceiver({ respond: () => answer(status(), '') })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    return {
      engine,
      receiver,
      endpoint: () => engine.endpoints.get(engineAccountId, endpoint.id),
      id: endpoint.id,
      /** An event after so long, and its attempt. */
      after: async (ms: number) => {
        engine.clock.advance(ms)
        await engine.append()
        return engine.nextAttempt()
      },
    }
  }

  it('suspends after five days of failures alone, says why, and announces it, with a warning at half the time', async () => {
    const { engine, endpoint, after } = await open(() => 500)
    const startedAt = engine.clock.now()
    await after(0)
    expect(await endpoint()).toMatchObject({ state: 'active', failingSince: startedAt })
    await after(2 * day)
    await after(day)
    await after(day)
    expect(await endpoint()).toMatchObject({ state: 'active', failingSince: startedAt })
    await after(day)
    expect(await endpoint()).toMatchObject({
      state: 'suspended',
      stateSince: startedAt + 5 * day,
      stateReason: `only failures since ${new Date(startedAt).toISOString()}; the last: It answered 500.`,
    })
    const told = await announcements(engine)
    expect(told.filter(({ kind }) => kind !== 'delivery.dead')).toEqual([
      {
        kind: 'endpoint.failing',
        count: 1,
        failingSince: startedAt,
        suspendsAt: startedAt + 5 * day,
        reason: 'It answered 500.',
      },
      {
        kind: 'endpoint.suspended',
        count: 1,
        failingSince: startedAt,
        reason: `only failures since ${new Date(startedAt).toISOString()}; the last: It answered 500.`,
      },
    ])
    expect(told.find(({ kind }) => kind === 'delivery.dead')).toMatchObject({
      count: 5,
      reason: 'schedule_exhausted',
    })
  })

  it('begins anew with each success, and writes only when the health changes', async () => {
    let status = 500
    const { engine, endpoint, after } = await open(() => status)
    await after(0)
    await after(4 * day)
    status = 204
    await after(hour)
    expect(await endpoint()).toMatchObject({ failingSince: null })
    const written: string[] = []
    const { write } = engine.database
    Object.assign(engine.database, {
      write: (unit: Parameters<typeof write>[0]) => {
        written.push(...unit.map(({ sql }) => sql).filter((sql) => sql.includes('into endpoint_health')))
        return write(unit)
      },
    })
    await after(hour)
    await after(hour)
    status = 500
    await after(minute)
    const failingSince = engine.clock.now()
    await after(hour)
    await after(4 * day)
    expect(written).toHaveLength(1)
    expect(await endpoint()).toMatchObject({ state: 'active', failingSince })
  })

  it('remembers over a change of workers since when an endpoint fails', async () => {
    const { engine, endpoint, after } = await open(() => 500)
    const failingSince = engine.clock.now()
    await after(0)
    await after(3 * day)
    await engine.replaceWorker('stop')
    await after(2 * day - 1)
    expect(await endpoint()).toMatchObject({ state: 'active', failingSince })
    await after(1)
    expect(await endpoint()).toMatchObject({ state: 'suspended' })
    expect((await announcements(engine)).filter(({ kind }) => kind === 'endpoint.failing')).toHaveLength(1)
  })

  it('keeps the queue of a suspended endpoint; a passing Test resumes it, and it begins anew', async () => {
    let status = 500
    const { engine, endpoint, after, id } = await open(() => status)
    await after(0)
    await after(5 * day)
    expect(await endpoint()).toMatchObject({ state: 'suspended' })
    const waiting = await engine.append()
    engine.clock.advance(minute)
    await engine.deliveries.test(engineAccountId, id, 'image.uploaded')
    expect(await endpoint()).toMatchObject({ state: 'suspended' })
    expect(await findDelivery(engine.database, waiting.id, id)).toMatchObject({ state: 'pending', attemptCount: 0 })
    status = 200
    await engine.deliveries.test(engineAccountId, id, 'image.uploaded')
    expect(await endpoint()).toMatchObject({ state: 'active', stateReason: null, failingSince: null })
    expect((await engine.nextAttempt()).delivery.eventId).toBe(waiting.id)
    status = 500
    await after(day)
    expect(await endpoint()).toMatchObject({ state: 'active', failingSince: engine.clock.now() })
  })

  it('begins anew when a PATCH resumes an endpoint or leads it elsewhere', async () => {
    const { engine, receiver, endpoint, after, id } = await open(() => 500)
    await after(0)
    await after(5 * day)
    const { endpoint: resumed } = await engine.endpoints.patch(engineAccountId, id, { active: true })
    expect(resumed).toMatchObject({ state: 'active', failingSince: null })
    await after(hour)
    expect(await endpoint()).toMatchObject({ state: 'active', failingSince: engine.clock.now() })
    await engine.endpoints.patch(engineAccountId, id, { name: 'other' })
    expect((await endpoint()).failingSince).toBe(engine.clock.now())
    await engine.endpoints.patch(engineAccountId, id, { url: `${receiver.url}/elsewhere` })
    expect((await endpoint()).failingSince).toBeNull()
  })

  it('does not count 429: the endpoint lives', async () => {
    const { endpoint, after } = await open(() => 429)
    await after(0)
    await after(6 * day)
    expect(await endpoint()).toMatchObject({ state: 'active', failingSince: null })
  })

  it('can be turned off, for failures and for 410', async () => {
    let status = 500
    const { engine, endpoint, after, id } = await open(() => status, { suspension: { afterMs: null, onGone: false } })
    await after(0)
    await after(30 * day)
    status = 410
    const { delivery } = await after(hour)
    expect(await endpoint()).toMatchObject({ state: 'active' })
    expect(await findDelivery(engine.database, delivery.eventId, id)).toMatchObject({
      state: 'dead',
      reason: 'endpoint_gone',
    })
  })

  it('announces a suspension by 410', async () => {
    const { engine, after } = await open(() => 410)
    await after(0)
    expect(await announcements(engine)).toMatchObject([
      { kind: 'delivery.dead', count: 1, reason: 'endpoint_gone' },
      { kind: 'endpoint.suspended', count: 1, reason: 'answered 410' },
    ])
  })

  it('counts deliveries that die together into one announcement', async () => {
    const { engine, id } = await open(() => 200)
    await engine.endpoints.patch(engineAccountId, id, { active: false })
    for (let count = 0; count < 50; count++) await engine.append()
    engine.clock.advance(31 * day)
    await eventually(async () => {
      engine.clock.advance(1000)
      return (await announcements(engine)).length > 0
    })
    expect(await announcements(engine)).toMatchObject([{ kind: 'delivery.dead', count: 50, reason: 'deadline_passed' }])
  })
})
