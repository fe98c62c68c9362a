import type { Awaitable } from '../crypto/mac.ts'
import type { ClaimTerms, Inbox } from '../inboxes/inbox.ts'
import type { AuditFacts } from './audit.ts'
import type { Outcome } from './outcome.ts'

/**
 * Handles one event once: claims it, runs its handlers, records it as handled; gives it back when a handler fails.
 * A process that dies in between leaves a lease, and the event is handled again once it has ended. Rejects when the
 * inbox does not answer.
 */
export const settle = async (
  inbox: Inbox,
  key: string,
  terms: ClaimTerms,
  run: () => Awaitable<void>,
  facts: AuditFacts,
): Promise<Outcome> => {
  const claim = await inbox.claim(key, terms)
  if (claim.state === 'done') return { code: 'duplicate' }
  if (claim.state === 'busy') return { code: 'busy', retryAfterSeconds: Math.ceil(claim.retryAfterMs / 1000) }
  try {
    await run()
  } catch (error) {
    return { code: 'handler_failed', error: await releaseAfter(error, inbox, key, claim.token) }
  }
  // A lost lease is told, not answered: the work is done, and sending it again would only do it once more.
  facts.leaseLost = !(await inbox.complete(key, claim.token))
  return { code: 'done' }
}

/** Gives the event back, and answers what the handler threw, with what the inbox threw over it, if it did. */
const releaseAfter = async (error: unknown, inbox: Inbox, key: string, token: string): Promise<unknown> => {
  try {
    await inbox.release(key, token)
    return error
  } catch (cause) {
    // Not worse than a crash: the lease ends by itself.
    return new AggregateError([error, cause])
  }
}
