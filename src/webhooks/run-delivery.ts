import type { Attempt, Delivery, Tier } from '../domain/delivery.ts'
import { tallyAttempt, tallyDead } from '../domain/tally.ts'
import type { Database } from '../store/database.ts'
import { settleDead } from '../store/deliveries.ts'
import { findEndpoint } from '../store/endpoints.ts'
import { makeAttempt, type AttemptParts } from './attempt.ts'
import type { RetryPolicy } from '../domain/retry-policy.ts'
import { deathOf } from './announce-deaths.ts'
import { decide, readInstruction, type Decision } from './decide.ts'
import type { ReadEvent } from './event-reader.ts'
import { judgeEndpoint, type JudgeParts } from './judge-endpoint.ts'
import { settleUnit } from './settle.ts'
import type { Settle } from './settler.ts'
import type { OpenedEndpoint } from './opened-endpoint.ts'

export type DeliveryParts = AttemptParts &
  JudgeParts & {
    readonly database: Database
    readonly policy: RetryPolicy
    readonly readEvent: ReadEvent
    readonly settle: Settle
  }

/** What became of a delivery that was taken from its lane. */
export type DeliveryRun = {
  /** `given_up`: its time was over before an attempt. */
  readonly outcome: 'succeeded' | 'failed' | 'given_up' | 'given_back'
  readonly suspended: boolean
  /** When and in which tier its row is due next, if it is still pending. */
  readonly again: { readonly tier: Tier; readonly dueAt: number } | undefined
  readonly record: { readonly attempt: Attempt; readonly decision: Decision } | undefined
}

const givenBack: DeliveryRun = { outcome: 'given_back', suspended: false, again: undefined, record: undefined }

/** Whether an endpoint is no longer as it was when the attempt began. */
const wasChanged = async (database: Database, opened: OpenedEndpoint): Promise<boolean> =>
  (await findEndpoint(database, opened.endpoint.id))?.revision !== opened.endpoint.revision

/**
 * One delivery from taking to settling: attempt → decide → settle. `attempted` is called when the request is over and
 * only the database is waited for. Rejects only when the database does; nothing is settled then.
 */
export const runDelivery = async (
  parts: DeliveryParts,
  delivery: Delivery,
  opened: OpenedEndpoint,
  signal: AbortSignal,
  attempted: (succeeded: boolean) => void,
): Promise<DeliveryRun> => {
  const event = await parts.readEvent(delivery.eventId)
  const now = parts.clock.now()
  if (!event || delivery.giveUpAt < now) {
    const reason = delivery.attemptCount === 0 ? 'never_attempted' : 'deadline_passed'
    const unit = [
      settleDead(delivery, delivery.attemptCount, reason, now),
      deathOf(delivery, reason, now, parts.random),
    ]
    await parts.settle({ unit, tallies: [{ ...delivery, tally: tallyDead(1) }] })
    return { outcome: 'given_up', suspended: false, again: undefined, record: undefined }
  }
  const { attempt, endedAt, retryAfter, instruction, abandoned } = await makeAttempt(
    parts,
    event,
    opened,
    delivery.attemptCount + 1,
    signal,
  )
  if (abandoned) return givenBack
  const mayEnd = attempt.status === 410 || readInstruction(instruction) === 'disable'
  const decision = decide(parts.policy, {
    status: attempt.status ?? undefined,
    retryAfter,
    instruction,
    endedAt,
    giveUpAt: delivery.giveUpAt,
    step: delivery.step,
    endpointChanged: mayEnd && (await wasChanged(parts.database, opened)),
    fraction: parts.random.fraction(),
  })
  attempted(decision.kind === 'succeeded')
  const judgement = judgeEndpoint(parts, opened.endpoint, attempt, decision, endedAt)
  const unit = [...settleUnit(delivery, attempt, decision, endedAt, parts.random), ...judgement.unit]
  const fate = decision.kind === 'retry' ? 'pending' : decision.kind
  try {
    await parts.settle({ attempt, unit, tallies: [{ ...delivery, tally: tallyAttempt(attempt, fate) }] })
  } catch (error) {
    parts.health.forget([opened.endpoint.id])
    throw error
  }
  return {
    outcome: decision.kind === 'succeeded' ? 'succeeded' : 'failed',
    suspended: judgement.suspends,
    again:
      decision.kind === 'retry' ? { tier: delivery.tier < 2 ? 1 : delivery.tier, dueAt: decision.dueAt } : undefined,
    record: { attempt, decision },
  }
}
