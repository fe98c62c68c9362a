import type { Attempt, Delivery } from '../domain/delivery.ts'
import type { Random } from '../domain/random.ts'
import type { Unit } from '../store/database.ts'
import { countAttempt, settleDead, settleRetry, settleSucceeded } from '../store/deliveries.ts'
import { deathOf } from './announce-deaths.ts'
import type { Decision } from './decide.ts'

/**
 * The unit that brings a delivery to the state that was decided after an attempt. The attempt's own row always stands; the
 * state changes only where the rules allow it (a success wins, a failure needs the delivery as it was taken).
 */
export const settleUnit = (
  delivery: Delivery,
  attempt: Attempt,
  decision: Decision,
  endedAt: number,
  random: Random,
): Unit => {
  switch (decision.kind) {
    case 'succeeded':
      return [settleSucceeded(delivery, attempt.number, endedAt)]
    case 'retry':
      return [
        settleRetry(delivery, { ...decision, attemptCount: attempt.number }),
        countAttempt(delivery, attempt.number),
      ]
    case 'dead':
      return [
        settleDead(delivery, attempt.number, decision.reason, endedAt),
        countAttempt(delivery, attempt.number),
        deathOf(delivery, decision.reason, endedAt, random),
      ]
  }
}
