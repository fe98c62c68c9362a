import type { ClaimTerms, Inbox } from '../inboxes/inbox.ts'
import type { Progress } from './arrival.ts'
import type { DeliveryFacts } from './delivery.ts'
import type { Outcome, OutcomeCode } from './outcome.ts'
import { isRefusal } from './refusal.ts'
import type { Step } from './routes.ts'

/**
 * Handles one event once: claims it, runs its handlers, records it as handled; gives it back when a handler fails.
 * A process that dies in between leaves a lease, and the event is handled again once it has ended. Rejects when the
 * inbox does not answer.
 */
export const settle = async <Env>(
  inbox: Inbox,
  terms: ClaimTerms,
  delivery: DeliveryFacts<Env>,
  steps: readonly Step<Env>[],
  progress: Progress,
): Promise<Outcome> => {
  const { key } = delivery
  progress.fault = 'unavailable'
  const claim = await inbox.claim(key, terms)
  if (claim.state === 'done') return { code: 'duplicate' }
  if (claim.state === 'busy') return { code: 'busy', retryAfterSeconds: Math.ceil(claim.retryAfterMs / 1000) }
  const { token } = claim
  let code: OutcomeCode = 'done'
  progress.fault = 'handler_failed'
  try {
    for (const step of steps) if ((await step(delivery)) === 'queued') code = 'queued'
  } catch (error) {
    return {
      code: isRefusal(error) ? 'refused' : 'handler_failed',
      // What the inbox says over it stands beside it, and is no worse than a crash: the lease ends by itself.
      error: await inbox.release(key, token).then(
        () => error,
        (cause) => [error, cause],
      ),
    }
  }
  progress.fault = 'unavailable'
  // A lost lease is told, not answered: the work is done, and sending it again would only do it once more.
  progress.facts.leaseLost = !(await inbox.complete(key, token))
  return { code }
}
