/** What claiming an event gives. */
export type Claim =
  /** Nobody has handled it: it is yours until the lease ends. `token` proves that. */
  | { state: 'new'; token: string }
  /** It was handled. */
  | { state: 'done' }
  /** Somebody else holds it, for `retryAfterMs` more at most. */
  | { state: 'busy'; retryAfterMs: number }

/** How long a claim counts. */
export type ClaimTerms = {
  /** How long the claimant may take. After it, another may claim the event: the claimant is taken for dead. */
  leaseMs: number
  /** How long the inbox remembers the event, from the claim. */
  keepMs: number
}

/**
 * The receiver's record of which events it has handled. Of any number of claims of one key at once, exactly one is
 * `new`. An inbox must pass `inboxConformance`. Its functions reject when their database does not answer.
 */
export type Inbox = {
  /** Claims the event `key`. */
  claim(key: string, terms: ClaimTerms): Promise<Claim>
  /**
   * Records the event as handled. False when the lease was lost: it ended, and another claimed the event since. A
   * second call with the same token answers as the first.
   */
  complete(key: string, token: string): Promise<boolean>
  /** Gives the event back unhandled, so that the next claim is `new`. Does nothing when the lease was lost. */
  release(key: string, token: string): Promise<void>
  /** Forgets up to `limit` events whose time to be remembered is over; answers how many. */
  sweep(limit: number): Promise<number>
}
