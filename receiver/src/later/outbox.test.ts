import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { databases, openPool, openSqliteFile } from '../../test/databases.ts'
import { postStandard, start, upload } from '../../test/deliver.ts'
import { code, receiving } from '../../test/receiving.ts'
import type { Delivery } from '../pipeline/delivery.ts'
import { Refusal } from '../pipeline/refusal.ts'
import { postgresDatabase } from '../sql/postgres.ts'
import { sqliteDatabase } from '../sql/sqlite.ts'
import type { Deferred } from './deferred.ts'
import { createHandlers } from './handlers.ts'
import { createOutbox, type Outbox, toOutbox } from './outbox.ts'
import { createOutboxWorker } from './outbox-worker.ts'

const silent = { error: () => {} }

describe.each(databases)('an outbox on $name', ({ open }) => {
  /** A receiver that puts into an outbox, and a worker for it, at one clock. */
  const openGround = async () => {
    const clock = { now: start }
    const now = () => clock.now
    const outbox = createOutbox(await open(), { now })
    const receiver = receiving()
    receiver.on(
      'image.*',
      toOutbox(() => outbox),
    )
    const handlers = createHandlers({ unknown: 'error' })
    const retryDelaysMs = [10_000, 60_000]
    const worker = createOutboxWorker({ outbox, handlers, now, retryDelaysMs, log: silent, pollMs: 3_600_000 })
    const deliver = async (event = upload()) => code(await receiver.fetch(postStandard(event)))
    return { clock, outbox, handlers, worker, deliver, now }
  }

  test('answers 202 once a delivery is safe, and hands it to the same handlers later, as it came', async () => {
    const { handlers, worker, deliver } = await openGround()
    const handled: Delivery[] = []
    handlers.on('image.uploaded', (delivery) => void handled.push(delivery))
    const direct = receiving()
    direct.on('image.*', direct.handle)
    await direct.fetch(postStandard(upload()))
    expect(await deliver()).toBe('queued')
    expect(await deliver()).toBe('duplicate')
    expect(handled).toEqual([])
    expect(await worker.drain()).toBe(1)
    expect(await worker.drain()).toBe(0)
    expect(handled).toEqual(direct.handled)
  })

  test('holds one delivery of an event that a hundred receivers get at once', async () => {
    const { outbox, handlers, worker } = await openGround()
    const handled: string[] = []
    handlers.on('image.*', ({ key }) => void handled.push(key))
    await Promise.all(
      Array.from({ length: 100 }, () => {
        const { fetch, on } = receiving()
        on(
          'image.*',
          toOutbox(() => outbox),
        )
        return fetch(postStandard(upload()))
      }),
    )
    await worker.drain()
    expect(handled).toHaveLength(1)
  })

  test('tries what fails again after each wait, then keeps it as a dead letter, which can be replayed', async () => {
    const { clock, outbox, handlers, worker, deliver } = await openGround()
    const instants: number[] = []
    const fault = { is: true }
    handlers.on('image.*', () => {
      instants.push(clock.now - start)
      if (fault.is) throw new Error('broken')
    })
    await deliver()
    for (const later of [0, 9_999, 10_000, 69_999, 70_000, 3_600_000]) {
      clock.now = start + later
      await worker.drain()
    }
    expect(instants).toEqual([0, 10_000, 70_000])
    const [dead, ...others] = await outbox.list()
    expect(others).toEqual([])
    expect(dead).toMatchObject({ error: 'Error: broken', deadAt: start + 70_000 })
    expect(dead?.deferred.body).toBe(JSON.stringify(upload()))
    expect(await worker.drain()).toBe(0)
    fault.is = false
    expect(await outbox.replay(dead?.key ?? '')).toBe(true)
    expect(await outbox.replay(dead?.key ?? '')).toBe(false)
    expect(await worker.drain()).toBe(1)
    expect(await outbox.list()).toEqual([])
  })

  test('gives up at once what is refused, and what is of no type that is wanted', async () => {
    const { outbox, handlers, worker, deliver } = await openGround()
    handlers.on('image.*', () => {
      throw new Refusal('no')
    })
    await deliver()
    await outbox.add({ ...(await deferredSample()), key: 'id|x', body: '{"event":"image.archived"}' })
    await worker.drain()
    expect((await outbox.list()).map(({ error }) => error).toSorted()).toEqual([
      'Refusal: No handler is for events of the type image.archived.',
      'Refusal: no',
    ])
  })

  test('lists dead letters page by page, and forgets or hands on each', async () => {
    const { clock, outbox } = await openGround()
    const sample = await deferredSample()
    for (const key of ['a', 'b', 'c', 'x'.repeat(5000)]) {
      await outbox.keep({ ...sample, key }, 'broken')
      if (key === 'b') clock.now += 1
    }
    const keys = []
    for (let page = await outbox.list({ limit: 1 }); page[0]; page = await outbox.list({ limit: 1, after: page[0] }))
      keys.push(page[0].key)
    expect(keys).toEqual(['a', 'b', 'c', 'x'.repeat(5000)])
    expect(await outbox.forget('a')).toBe(true)
    const sent: string[] = []
    await expect(outbox.replayTo('b', () => Promise.reject(new Error('queue down')))).rejects.toThrow('queue down')
    expect(await outbox.replayTo('b', async ({ key }) => sent.push(key))).toBe(true)
    expect(await outbox.replayTo('b', async ({ key }) => sent.push(key))).toBe(false)
    expect(sent).toEqual(['b'])
    expect(await outbox.list()).toHaveLength(2)
  })

  test('does not lose a dead letter that is given up anew while it is handed on', async () => {
    const { clock, outbox } = await openGround()
    await outbox.keep(await deferredSample(), 'broken')
    const [{ key } = { key: '' }] = await outbox.list()
    const failAtOnce = async (deferred: Deferred): Promise<void> => {
      clock.now += 1
      await outbox.keep(deferred, 'broken again')
    }
    expect(await outbox.replayTo(key, failAtOnce)).toBe(true)
    expect(await outbox.list()).toMatchObject([{ key, error: 'broken again' }])
  })

  test('gives a delivery to one worker of many, and to another when its lease has ended', async () => {
    const { clock, outbox, deliver } = await openGround()
    await deliver()
    const taken = await Promise.all(Array.from({ length: 20 }, () => outbox.take(10, 60_000)))
    const [held, ...others] = taken.flat()
    expect(others).toEqual([])
    clock.now += 60_000
    const [second] = await outbox.take(10, 60_000)
    expect(second).toMatchObject({ attempt: 2 })
    if (!held || !second) throw new Error('Nothing was taken.')
    expect(await outbox.finish(held)).toBe(false)
    expect(await outbox.postpone(held, 0, 'late')).toBe(false)
    expect(await outbox.bury(held, 'late')).toBe(false)
    expect(await outbox.finish(second)).toBe(true)
  })

  test('gives up what ends its process each time', async () => {
    const { clock, outbox, handlers, worker, deliver } = await openGround()
    const handled: unknown[] = []
    handlers.on('image.*', (delivery) => void handled.push(delivery))
    await deliver()
    for (let died = 0; died < 3; died++) {
      await outbox.take(1, 60_000)
      clock.now += 60_000
    }
    await worker.drain()
    expect(handled).toEqual([])
    expect(await outbox.list()).toMatchObject([{ error: 'Error: Its last attempt never ended.' }])
  })

  test('forgets what was handled long enough ago, and no dead letter', async () => {
    const { clock, outbox, worker, deliver } = await openGround()
    await deliver()
    await worker.drain()
    await outbox.keep({ ...(await deferredSample()), key: 'dead' }, 'broken')
    clock.now += 30 * 86_400_000 - 1
    expect(await outbox.sweep(10)).toBe(0)
    clock.now += 1
    expect(await outbox.sweep(10)).toBe(1)
    expect(await outbox.list()).toHaveLength(1)
  })

  test('ends a handler that never settles with its lease, and can be stopped all the same', async () => {
    const { outbox, now, deliver } = await openGround()
    const handlers = createHandlers({ unknown: 'ignore' }).on('image.*', () => new Promise(() => {}))
    const retryDelaysMs: number[] = []
    const worker = createOutboxWorker({
      outbox,
      handlers,
      now,
      log: silent,
      leaseMs: 1,
      retryDelaysMs,
      pollMs: 3_600_000,
    })
    worker.start()
    await deliver()
    const dead = async () => (await outbox.list()).map(({ error }) => error)
    while ((await dead()).length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(await dead()).toEqual(['Error: It took more than 1 ms.'])
    await worker.stop()
  })

  test('is worked off as things come, no more at once than was said, until it is stopped', async () => {
    const { outbox, now, deliver } = await openGround()
    const running = { count: 0, most: 0, handled: 0 }
    const all = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const handlers = createHandlers({ unknown: 'ignore' }).on('image.*', async () => {
      running.most = Math.max(running.most, ++running.count)
      if (running.most === 2) gate.resolve()
      await gate.promise
      running.count -= 1
      if (++running.handled === 5) all.resolve()
    })
    const worker = createOutboxWorker({ outbox, handlers, now, concurrency: 2, pollMs: 3_600_000 })
    worker.start()
    expect(() => worker.start()).toThrow('was started before')
    for (const id of ['a', 'b', 'c', 'd', 'e']) await deliver(upload({ image: { id } }))
    await all.promise
    await worker.stop()
    expect(running.most).toBe(2)
    await deliver(upload({ image: { id: 'f' } }))
    expect(await outbox.take(10, 1000)).toHaveLength(1)
  })
})

const deferredSample = async () => {
  const kept: Parameters<Outbox['add']>[0][] = []
  const { fetch, on } = receiving()
  const outbox = { add: async (deferred: (typeof kept)[0]) => void kept.push(deferred) }
  on(
    'image.*',
    toOutbox(() => outbox),
  )
  await fetch(postStandard(upload()))
  const [deferred] = kept
  if (!deferred) throw new Error('Nothing was stored.')
  return deferred
}

describe('a worker that is killed while it handles a delivery', () => {
  const child = fileURLToPath(new URL('../../test/outbox-crash-child.ts', import.meta.url))

  test.each(['sqlite', 'postgres'])('on %s leaves it to another, when its lease has ended', async (kind) => {
    const sqlite = kind === 'sqlite' ? openSqliteFile() : undefined
    const postgres = kind === 'postgres' ? await openPool() : undefined
    const database = sqlite ? sqliteDatabase(sqlite.connection) : postgres && postgresDatabase(postgres.pool)
    if (!database) throw new Error('No database.')
    const clock = { now: start }
    const now = () => clock.now
    const outbox = createOutbox(database, { now })
    const { fetch, on } = receiving()
    on(
      'image.*',
      toOutbox(() => outbox),
    )
    await fetch(postStandard(upload()))

    const dying = spawn(process.execPath, [child, kind, sqlite?.path ?? postgres?.url ?? ''], { stdio: 'inherit' })
    expect((await once(dying, 'exit'))[1]).toBe('SIGKILL')

    const handled: string[] = []
    const handlers = createHandlers({ unknown: 'error' }).on('image.*', ({ key }) => void handled.push(key))
    const worker = createOutboxWorker({ outbox, handlers, now })
    expect(await worker.drain()).toBe(0)
    clock.now += 60_000
    expect(await worker.drain()).toBe(1)
    expect(await worker.drain()).toBe(0)
    expect(handled).toHaveLength(1)
  })
})

test('handlers may run at once as well, and what they refuse is refused', async () => {
  const ran: string[] = []
  const handlers = createHandlers({ unknown: 'error' }).on('image.uploaded', ({ event }) => {
    ran.push(event.image.id)
    if (event.image.id === 'refused') throw new Refusal('no')
  })
  const { fetch, on, records } = receiving({ unknown: handlers.handle })
  on('image.*', handlers.handle)
  expect(await code(await fetch(postStandard(upload())))).toBe('done')
  const refused = await fetch(postStandard(upload({ image: { id: 'refused' } })))
  expect(refused.status).toBe(422)
  expect(await code(refused)).toBe('refused')
  const archived = '{"event":"image.archived","timestamp":"2026-01-15T10:30:45Z"}'
  expect(await code(await fetch(postStandard(archived)))).toBe('refused')
  expect(ran).toEqual(['test_image_id', 'refused'])
  expect(records.map(({ code: ended }) => ended)).toEqual(['done', 'refused', 'refused'])
})

test('a worker on PostgreSQL that waited for a delivery which another took gets none', async () => {
  const { pool } = await openPool()
  const outbox = createOutbox(postgresDatabase(pool), { now: () => start })
  await outbox.add(await deferredSample())
  const client = await pool.connect()
  await client.query('begin')
  const first = createOutbox(
    { query: async (sql, ...values) => (await client.query(sql, values)).rows },
    { now: () => start },
  )
  expect(await first.take(1, 60_000)).toHaveLength(1)
  const second = outbox.take(1, 60_000)
  const isWaiting = async () =>
    (await pool.query("select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"))
      .rows.length > 0
  while (!(await isWaiting()));
  await client.query('commit')
  client.release()
  expect(await second).toEqual([])
})
