import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import type { Sealer } from '../config/secrets.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { newId } from '../domain/id.ts'
import { publicVariant, variantUrl } from '../domain/variant.ts'
import { createGuardedClient, type GuardedClient } from '../net/guarded-client.ts'
import { parseRange, type AddressRange } from '../net/ip-address.ts'
import { createAddressPolicy } from '../net/ip-ranges.ts'
import { findAccount } from '../store/accounts.ts'
import type { Database } from '../store/database.ts'
import { secondsBuckets, type Metrics } from '../telemetry/metrics.ts'
import type { AttemptRecord } from '../webhooks/attempt-starter.ts'
import { createDeliveries, type Deliveries } from '../webhooks/deliveries.ts'
import { createEndpoints, type Endpoints } from '../webhooks/endpoints.ts'
import { createOpenedEndpoints } from '../webhooks/opened-endpoint.ts'
import { createPacers } from '../webhooks/pace.ts'
import { createWorker, type Worker } from '../webhooks/worker.ts'
import type { Parts } from './parts.ts'
import { version } from './version.ts'

/** On a database that only this process can own a lease protects nobody; renewing it would only cost commits. */
const exclusiveLeaseMs = 24 * 3_600_000
/** Tests of one endpoint: five at once, then one every ten seconds; of a whole account four times as many. */
const testsPerSecond = 0.1
const testBurst = 5

const readRanges = (texts: readonly string[]): AddressRange[] =>
  texts.map((text) => {
    const parsed = parseRange(text)
    if (!parsed.ok) throw new ConfigError(`--allow-target: ${parsed.reason}`)
    return parsed.range
  })

/** Tells the metrics, the log and whoever watches of every settled attempt. */
const createObserver = (metrics: Metrics, { log, observe }: Parts): ((record: AttemptRecord) => void) => {
  const attempts = metrics.counter('imagehooks_attempts_total', 'Attempts that were settled.', ['result'])
  const attemptSeconds = metrics.histogram('imagehooks_attempt_seconds', 'How long attempts took.', secondsBuckets, [
    'result',
  ])
  return (record) => {
    const { attempt, decision } = record
    const result = decision.kind === 'succeeded' ? 'succeeded' : 'failed'
    attempts.add({ result })
    attemptSeconds.observe({ result }, attempt.durationMs / 1000)
    log.debug(
      { eventId: attempt.eventId, endpointId: attempt.endpointId, number: attempt.number, status: attempt.status },
      `An attempt ${result}`,
    )
    observe(record)
  }
}

export type WebhookEngineParts = {
  readonly config: Config
  readonly parts: Parts
  readonly database: Database
  readonly sealer: Sealer
  readonly metrics: Metrics
  readonly publicUrl: () => string
}

/** Webhooks out: the endpoints, their deliveries, and the worker that sends them. */
export type WebhookEngine = {
  readonly client: GuardedClient
  readonly worker: Worker
  readonly endpoints: Endpoints
  readonly deliveries: Deliveries
  /** Takes leave for one Test: 0 = go on, else the milliseconds to wait. */
  readonly testPace: (endpoint: Endpoint) => number
}

export const composeWebhookEngine = ({
  config,
  parts,
  database,
  sealer,
  metrics,
  publicUrl,
}: WebhookEngineParts): WebhookEngine => {
  const { clock, random, resolver, log, tlsAuthorities } = parts
  const policy = createAddressPolicy({ allow: readRanges(config.allowTargets) })
  const client = createGuardedClient({ clock, resolver, policy, tlsAuthorities })
  const attemptParts = {
    client,
    clock,
    random,
    userAgent: `imagehooks/${version}`,
    attemptTimeoutMs: config.attemptTimeoutMs,
  }
  const worker = createWorker({
    ...attemptParts,
    database,
    openedEndpoints: createOpenedEndpoints(database, sealer, clock),
    policy: { scheduleMs: config.retryScheduleMs, giveUpAfterMs: config.giveUpAfterMs },
    log,
    owner: newId('lane', clock.now(), random),
    leaseMs: database.exclusive ? exclusiveLeaseMs : config.leaseMs,
    observe: createObserver(metrics, parts),
  })
  const endpoints = createEndpoints({
    database,
    clock,
    random,
    sealer,
    policy,
    allowLoopbackHttp: config.allowLoopbackHttp,
    resolver,
  })
  const deliveries = createDeliveries({
    ...attemptParts,
    database,
    sealer,
    giveUpAfterMs: config.giveUpAfterMs,
    isInFlight: worker.isInFlight,
    sampleVariantUrl: async (accountId, imageId) =>
      variantUrl(publicUrl(), (await findAccount(database, accountId))?.hash ?? '', imageId, publicVariant.id),
  })
  const pace = createPacers(testsPerSecond, testBurst, clock)
  const accountPace = createPacers(4 * testsPerSecond, 4 * testBurst, clock)
  const testPace = ({ id, accountId }: Endpoint): number => pace(id) || accountPace(accountId)
  return { client, worker, endpoints, deliveries, testPace }
}
