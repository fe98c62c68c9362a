import type { Attempt, Delivery } from '../domain/delivery.ts'
import type { Random } from '../domain/random.ts'
import { insertAttempt } from '../store/attempts.ts'
import type { Unit } from '../store/database.ts'
import { countAttempt, settleDead, settleRetry, settleSucceeded } from '../store/deliveries.ts'
import { deathOf } from './announce-deaths.ts'
import type { Decision } from './decide.ts'

/**
 * The unit that records an attempt and what was decided after it. The attempt row always stands; the state changes only
 * where the rules allow it (a success wins, a failure needs the delivery as it was taken).
 */
export const settleUnit = (
  delivery: Delivery,
  attempt: Attempt,
  decision: Decision,
  endedAt: number,
  random: Random,
): Unit => {
  const record = insertAttempt(attempt)
  switch (decision.kind) {
    case 'succeeded':
      return [record, settleSucceeded(delivery, attempt.number, endedAt)]
    case 'retry':
      return [
        record,
        settleRetry(delivery, { ...decision, attemptCount: attempt.number }),
        countAttempt(delivery, attempt.number),
      ]
    case 'dead':
      return [
        record,
        settleDead(delivery, attempt.number, decision.reason, endedAt),
        countAttempt(delivery, attempt.number),
        deathOf(delivery, decision.reason, endedAt, random),
      ]
  }
}
