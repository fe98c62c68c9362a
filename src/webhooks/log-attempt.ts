import { deliveryId } from '../domain/delivery.ts'
import { failureKind } from '../domain/tally.ts'
import type { Log } from '../telemetry/log.ts'
import type { AttemptRecord } from './attempt-starter.ts'

/** Where it was sent, without what may be a credential: the query, a user or password, a fragment. */
const place = (url: string): string => {
  const parsed = URL.parse(url)
  return parsed ? `${parsed.origin}${parsed.pathname}` : ''
}

/**
 * One line for each attempt: what was sent where, what came back, and what happens next. Failures are `info`, successes
 * `debug`, so that a busy server's log tells of what went wrong.
 */
export const logAttempt = (log: Log, { delivery, attempt, decision }: AttemptRecord): void => {
  const fields = {
    deliveryId: deliveryId(delivery.eventId, delivery.endpointId),
    eventId: delivery.eventId,
    endpointId: delivery.endpointId,
    accountId: delivery.accountId,
    attemptId: attempt.id,
    number: attempt.number,
    url: place(attempt.url),
    address: attempt.address,
    status: attempt.status,
    durationMs: Math.round(attempt.durationMs * 10) / 10,
    decision: decision.kind,
  }
  if (decision.kind === 'succeeded') {
    log.debug(fields, 'An attempt succeeded')
    return
  }
  const failure = { ...fields, failure: failureKind(attempt), reason: decision.reason }
  const next = decision.kind === 'retry' ? { nextAttemptAt: new Date(decision.dueAt).toISOString() } : {}
  log.info({ ...failure, ...next }, decision.kind === 'retry' ? 'An attempt failed' : 'A delivery was given up')
}
