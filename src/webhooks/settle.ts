import type { Attempt, Delivery } from '../domain/delivery.ts'
import { insertAttempt } from '../store/attempts.ts'
import type { Unit } from '../store/database.ts'
import { countAttempt, settleDead, settleRetry, settleSucceeded } from '../store/deliveries.ts'
import { suspendEndpoint } from '../store/endpoints.ts'
import type { Decision } from './decide.ts'

/** Why an endpoint is suspended after an attempt, as its owner reads it. */
const suspensionReason = ({ status }: Attempt, decision: Decision): string =>
  decision.kind === 'dead' && decision.reason === 'endpoint_gone'
    ? `answered ${status ?? 'nothing'}`
    : `answered ${status ?? 'nothing'} with webhook-delivery: disable`

/**
 * The unit that records an attempt and what was decided after it. The attempt row always stands; the state changes only
 * where the rules allow it (a success wins, a failure needs the delivery as it was taken).
 */
export const settleUnit = (
  delivery: Delivery,
  attempt: Attempt,
  decision: Decision,
  endedAt: number,
  endpointRevision: number,
): Unit => {
  const record = insertAttempt(attempt)
  const suspends = decision.kind !== 'retry' && decision.suspendEndpoint === true
  const reason = suspensionReason(attempt, decision)
  const suspension = suspends ? [suspendEndpoint(delivery.endpointId, reason, endedAt, endpointRevision)] : []
  switch (decision.kind) {
    case 'succeeded':
      return [record, settleSucceeded(delivery, attempt.number, endedAt), ...suspension]
    case 'retry':
      return [
        record,
        settleRetry(delivery, { ...decision, attemptCount: attempt.number }),
        countAttempt(delivery, attempt.number),
      ]
    case 'dead': {
      const dead = settleDead(delivery, attempt.number, decision.reason, endedAt)
      return [record, dead, countAttempt(delivery, attempt.number), ...suspension]
    }
  }
}
