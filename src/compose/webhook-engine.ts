import type { Config } from '../config/config.ts'
import type { Sealer } from '../config/secrets.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { newId } from '../domain/id.ts'
import { failureKind } from '../domain/tally.ts'
import { publicVariant, variantUrl } from '../domain/variant.ts'
import type { GuardedClient } from '../net/guarded-client.ts'
import type { AddressPolicy } from '../net/ip-ranges.ts'
import { findAccount } from '../store/accounts.ts'
import type { Database } from '../store/database.ts'
import { secondsBuckets, type Metrics } from '../telemetry/metrics.ts'
import type { Tracing } from '../telemetry/tracing.ts'
import type { AttemptRecord } from '../webhooks/attempt-starter.ts'
import { createDeliveries, type Deliveries } from '../webhooks/deliveries.ts'
import { createEndpoints, type Endpoints } from '../webhooks/endpoints.ts'
import { createOpenedEndpoints } from '../webhooks/opened-endpoint.ts'
import { createPacers } from '../webhooks/pace.ts'
import { logAttempt } from '../webhooks/log-attempt.ts'
import { createReplayRunner, type ReplayRunner } from '../webhooks/replay-runner.ts'
import { createReplays, type Replays } from '../webhooks/replays.ts'
import { createWorker, type Worker } from '../webhooks/worker.ts'
import type { Parts } from './parts.ts'
import { userAgent } from './version.ts'

/** On a database that only this process can own a lease protects nobody; renewing it would only cost commits. */
const exclusiveLeaseMs = 24 * 3_600_000
/** Tests of one endpoint: five at once, then one every ten seconds; of a whole account four times as many. */
const testsPerSecond = 0.1
const testBurst = 5

/** Upper bounds in seconds for a delivery: from a quick endpoint to the last retry. */
const deliveryBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1800, 7200, 28_800, 86_400]

type Observers = {
  readonly observe: (record: AttemptRecord) => void
  readonly observeGivenUp: (count: number) => void
}

/** Tells the metrics, the log and whoever watches of every settled attempt, and the metrics of what got none. */
const createObservers = (metrics: Metrics, { clock, log, observe }: Parts): Observers => {
  const attempts = metrics.counter('imagehooks_attempts_total', 'Attempts that were settled.', ['result'])
  const attemptSeconds = metrics.histogram('imagehooks_attempt_seconds', 'How long attempts took.', secondsBuckets, [
    'result',
  ])
  const failures = metrics.counter('imagehooks_attempt_failures_total', 'Attempts that failed, by what went wrong.', [
    'kind',
  ])
  const deliverySeconds = metrics.histogram(
    'imagehooks_delivery_seconds',
    'From an event to its arrival at an endpoint, with its retries, without replays.',
    deliveryBuckets,
  )
  const finished = metrics.counter('imagehooks_deliveries_finished_total', 'Deliveries that are over.', ['state'])
  const observeGivenUp = (count: number): void => finished.add({ state: 'dead' }, count)
  const observeAttempt = (record: AttemptRecord): void => {
    const { delivery, attempt, decision } = record
    const result = decision.kind === 'succeeded' ? 'succeeded' : 'failed'
    attempts.add({ result })
    attemptSeconds.observe({ result }, attempt.durationMs / 1000)
    if (decision.kind !== 'succeeded') failures.add({ kind: failureKind(attempt) })
    // How old a replayed one is says when somebody thought of it.
    else if (delivery.tier !== 2) deliverySeconds.observe({}, Math.max(0, clock.now() - delivery.createdAt) / 1000)
    if (decision.kind !== 'retry') finished.add({ state: decision.kind })
    logAttempt(log, record)
    observe(record)
  }
  return { observe: observeAttempt, observeGivenUp }
}

export type WebhookEngineParts = {
  readonly config: Config
  readonly parts: Parts
  readonly database: Database
  readonly sealer: Sealer
  readonly metrics: Metrics
  readonly tracing: Tracing
  readonly publicUrl: () => string
  readonly policy: AddressPolicy
  readonly client: GuardedClient
}

/** Webhooks out: the endpoints, their deliveries, and the worker that sends them. */
export type WebhookEngine = {
  readonly worker: Worker
  readonly endpoints: Endpoints
  readonly deliveries: Deliveries
  readonly replays: Replays
  readonly replayRunner: ReplayRunner
  /** Takes leave for one Test: 0 = go on, else the milliseconds to wait. */
  readonly testPace: (endpoint: Endpoint) => number
}

export const composeWebhookEngine = ({
  config,
  parts,
  database,
  sealer,
  metrics,
  tracing,
  publicUrl,
  policy,
  client,
}: WebhookEngineParts): WebhookEngine => {
  const { clock, random, resolver, log } = parts
  const attemptParts = {
    tracing,
    client,
    clock,
    random,
    userAgent,
    attemptTimeoutMs: config.attemptTimeoutMs,
  }
  const claimSeconds = metrics.histogram(
    'imagehooks_claim_seconds',
    'How long looking for lanes to claim took.',
    secondsBuckets,
  )
  const owner = newId('lane', clock.now(), random)
  const worker = createWorker({
    observeClaim: (durationMs) => claimSeconds.observe({}, durationMs / 1000),
    ...attemptParts,
    database,
    openedEndpoints: createOpenedEndpoints(database, sealer, clock),
    policy: { scheduleMs: config.retryScheduleMs, giveUpAfterMs: config.giveUpAfterMs },
    suspension: config.suspension,
    log,
    owner,
    leaseMs: database.exclusive ? exclusiveLeaseMs : config.leaseMs,
    ...createObservers(metrics, parts),
  })
  metrics.gauge('imagehooks_in_flight', 'Attempts under way in this process.', worker.inFlightCount)
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
  const replays = createReplays({ database, clock, random })
  const replayRunner = createReplayRunner({ database, clock, log, owner, giveUpAfterMs: config.giveUpAfterMs })
  const pace = createPacers(testsPerSecond, testBurst, clock)
  const accountPace = createPacers(4 * testsPerSecond, 4 * testBurst, clock)
  const testPace = ({ id, accountId }: Endpoint): number => pace(id) || accountPace(accountId)
  return { worker, endpoints, deliveries, replays, replayRunner, testPace }
}
