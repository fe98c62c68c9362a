import type { Awaitable } from '../crypto/mac.ts'
import type { ClaimTerms, Inbox } from '../inboxes/inbox.ts'
import type { AuditFacts } from './audit.ts'
import type { Outcome } from './outcome.ts'

/**
 * Handles one event once: claims it, runs its handlers, records it as handled; gives it back when a handler fails.
 * A process that dies in between leaves a lease, and the event is handled again once it has ended. Never throws.
 */
export const settle = async (
  inbox: Inbox,
  key: string,
  terms: ClaimTerms,
  run: () => Awaitable<void>,
  facts: AuditFacts,
): Promise<Outcome> => {
  try {
    const claim = await inbox.claim(key, terms)
    if (claim.state === 'done') return { code: 'duplicate' }
    if (claim.state === 'busy')
      return { code: 'busy', retryAfterSeconds: Math.max(1, Math.ceil(claim.retryAfterMs / 1000)) }
    const failure = await attempt(run)
    if (failure) {
      await inbox.release(key, claim.token)
      return { code: 'handler_failed', error: failure.error }
    }
    // A lost lease is told, not answered: the work is done, and sending it again would only do it once more.
    facts.leaseLost = !(await inbox.complete(key, claim.token))
    return { code: 'done' }
  } catch (error) {
    return { code: 'unavailable', error }
  }
}

/** What a handler threw, in an object: one may throw undefined. */
const attempt = async (run: () => Awaitable<void>): Promise<{ error: unknown } | undefined> => {
  try {
    await run()
    return undefined
  } catch (error) {
    return { error }
  }
}
