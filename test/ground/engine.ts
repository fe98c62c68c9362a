import { onTestFinished } from 'vitest'
import { createMasterKey, createSealer } from '../../src/config/secrets.ts'
import type { Event } from '../../src/domain/event.ts'
import { newId } from '../../src/domain/id.ts'
import { systemRandom } from '../../src/domain/random.ts'
import { createGuardedClient } from '../../src/net/guarded-client.ts'
import { createAddressPolicy, loopbackRanges } from '../../src/net/ip-ranges.ts'
import { insertAccount } from '../../src/store/accounts.ts'
import type { Database } from '../../src/store/database.ts'
import { appendEvent, writeAndTell } from '../../src/store/events.ts'
import { recordingLog } from '../../src/telemetry/log.ts'
import { defaultRetryPolicy, type RetryPolicy } from '../../src/domain/retry-policy.ts'
import type { SuspensionPolicy } from '../../src/domain/suspension-policy.ts'
import { createDeliveries } from '../../src/webhooks/deliveries.ts'
import { createEndpoints } from '../../src/webhooks/endpoints.ts'
import { createOpenedEndpoints } from '../../src/webhooks/opened-endpoint.ts'
import type { AttemptRecord } from '../../src/webhooks/attempt-starter.ts'
import { createWorker, type Worker } from '../../src/webhooks/worker.ts'
import type { Driver } from './drivers.ts'
import { fakeClock, type FakeClock } from './fake-clock.ts'
import { testResolver, type TestResolver } from './resolver.ts'

export const engineAccountId = 'a'.repeat(32)

export type EngineWish = {
  readonly policy?: RetryPolicy
  readonly tlsAuthorities?: readonly string[]
  /** Where endpoints may be. Default: loopback. */
  readonly allow?: Parameters<typeof createAddressPolicy>[0]['allow']
  /** Makes no worker of its own. */
  readonly withoutWorker?: boolean
  readonly inFlightLimit?: number
  /** Default: a day, so that time can be moved by hours at once without a lease ending in between. */
  readonly leaseMs?: number
  readonly suspension?: SuspensionPolicy
}

/** The delivery engine on a real database, under a clock that a test moves. */
export const startEngine = async (driver: Driver, wish: EngineWish = {}) => {
  const clock: FakeClock = fakeClock()
  const database: Database = await driver.open(clock)
  const resolver: TestResolver = testResolver({ localhost: ['127.0.0.1'] })
  const log = recordingLog()
  // No jitter, so that instants can be told exactly.
  const random = { bytes: systemRandom.bytes, fraction: () => 0 }
  const sealer = createSealer([createMasterKey(systemRandom.bytes(32))], random)
  const policy = createAddressPolicy({ allow: wish.allow ?? loopbackRanges })
  const client = createGuardedClient({
    clock,
    resolver: resolver.resolve,
    policy,
    ...(wish.tlsAuthorities ? { tlsAuthorities: wish.tlsAuthorities } : {}),
  })
  const retryPolicy = wish.policy ?? defaultRetryPolicy
  const attemptParts = { client, clock, random, userAgent: 'imagehooks/test', attemptTimeoutMs: 30_000 }
  const records: AttemptRecord[] = []
  const waiting: ((record: AttemptRecord) => void)[] = []
  let handedOut = 0
  const observe = (record: AttemptRecord): void => {
    records.push(record)
    const waiter = waiting.shift()
    if (!waiter) return
    handedOut += 1
    waiter(record)
  }
  const makeWorker = (): Worker =>
    createWorker({
      ...attemptParts,
      database,
      openedEndpoints: createOpenedEndpoints(database, sealer, clock),
      policy: retryPolicy,
      log,
      owner: newId('lane', clock.now(), random),
      observe,
      leaseMs: wish.leaseMs ?? 24 * 3_600_000,
      ...(wish.suspension ? { suspension: wish.suspension } : {}),
      ...(wish.inFlightLimit ? { inFlightLimit: wish.inFlightLimit } : {}),
    })
  const workers = [makeWorker()]
  const worker = (): Worker => workers.at(-1) ?? makeWorker()
  await database.write(
    insertAccount({ id: engineAccountId, hash: 'Vi7wi5KSItxGFsWRG2Us6Q', name: 'engine', createdAt: clock.now() }),
  )
  if (!wish.withoutWorker) await worker().start()
  onTestFinished(async () => {
    await Promise.all(workers.map((each) => each.stop(0)))
    await client.destroy()
  })
  const endpoints = createEndpoints({
    database,
    clock,
    random,
    sealer,
    policy,
    allowLoopbackHttp: true,
    resolver: resolver.resolve,
  })
  const deliveries = createDeliveries({
    ...attemptParts,
    database,
    sealer,
    giveUpAfterMs: retryPolicy.giveUpAfterMs,
    isInFlight: (eventId, endpointId) => worker().isInFlight(eventId, endpointId),
    sampleVariantUrl: async () => 'https://example.com/test.jpg',
  })
  return {
    clock,
    database,
    resolver,
    log,
    sealer,
    endpoints,
    deliveries,
    records,
    /** Appends an event as an upload does; answers it. */
    async append(imageId = newId('evt', clock.now(), random)): Promise<Event> {
      const now = clock.now()
      const body = Buffer.from(JSON.stringify({ event: 'image.uploaded', image: { id: imageId } }))
      const event: Event = {
        id: newId('evt', now, random),
        accountId: engineAccountId,
        type: 'image.uploaded',
        imageId,
        createdAt: now,
        test: false,
        body,
      }
      await writeAndTell(database, appendEvent(event, now + retryPolicy.giveUpAfterMs))
      return event
    },
    /** The next settled attempt that this has not handed out yet; waits for it. */
    nextAttempt: (): Promise<AttemptRecord> =>
      new Promise((resolve) => {
        const record = records[handedOut]
        if (record) {
          handedOut += 1
          resolve(record)
        } else waiting.push(resolve)
      }),
    /** Puts another worker in the place of the present one; `crash` leaves its leases and what it held as they are. */
    async replaceWorker(how: 'stop' | 'crash'): Promise<void> {
      if (how === 'stop') await worker().stop(0)
      const next = makeWorker()
      workers.push(next)
      await next.start()
    },
    /** Starts one more worker beside those that run. */
    async join(): Promise<Worker> {
      const next = makeWorker()
      workers.push(next)
      await next.start()
      return next
    },
    worker,
  }
}

export type Engine = Awaited<ReturnType<typeof startEngine>>

/** Far longer than anything takes that comes about at all, on a busy machine too. */
const patienceMs = 30_000

/** Waits, turn by turn of the event loop, until `holds` does; in the end it gives up. For what no event announces. */
export const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const until = performance.now() + patienceMs
  while (performance.now() < until) {
    if (await holds()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error(`This never came about: ${holds.toString()}`)
}
