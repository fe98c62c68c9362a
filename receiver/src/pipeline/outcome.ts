/** How one request ended, and the status it is answered with. */
export const outcomeStatuses = {
  /** Every handler of the event has run. */
  done: 200,
  /** The event was handled before. */
  duplicate: 200,
  /** Nobody asked for events of this type. */
  ignored: 200,
  /** Cloudflare's "Save and Test". */
  ping: 200,
  /** A handler has stored it safely, for others to handle later. */
  queued: 202,
  /** Signed, but not to be handled, and kept: what would have been 422. */
  quarantined: 202,
  /** The body broke off, or took too long. */
  body_unreadable: 400,
  /** Not signed with one of the secrets, in a way that is accepted. */
  unverified: 401,
  /** Another path than the receiver's. */
  not_found: 404,
  /** Not a POST. */
  method_not_allowed: 405,
  /** More bytes than the limit. */
  body_too_large: 413,
  /** Not JSON in UTF-8 by its content type. */
  type_unsupported: 415,
  /** Signed, but not JSON in UTF-8, or not an event. */
  payload_invalid: 422,
  /** Signed, but its event or attempt is too old, or lies in the future. */
  stale: 422,
  /** Signed, but of another account. */
  account_foreign: 422,
  /** Signed, but of a type that this receiver does not know and does not want. */
  event_unknown: 422,
  /** A handler threw a `Refusal`: trying again cannot help. */
  refused: 422,
  /** The rate limit says no. */
  rate_limited: 429,
  /** A handler failed, or took longer than the lease. */
  handler_failed: 500,
  /** An option is wrong or a binding is missing. */
  misconfigured: 500,
  /** Another delivery of the same event is being handled. */
  busy: 503,
  /** The inbox or the rate limit did not answer. */
  unavailable: 503,
} as const

/** The stable word for how a request ended. */
export type OutcomeCode = keyof typeof outcomeStatuses

/** How one request ended. */
export type Outcome = {
  code: OutcomeCode
  /** When the sender may try again. */
  retryAfterSeconds?: number
  /** What the sender does not learn: why, for the audit record. */
  reason?: string
  /** What was thrown; for the audit record. */
  error?: unknown
}

/**
 * The answer to the sender: a code and nothing else. Failures are problem details (RFC 9457), and no text of an
 * exception, of a signature or of a payload is ever in them.
 */
export const respond = ({ code, retryAfterSeconds }: Outcome): Response => {
  const status = outcomeStatuses[code]
  const headers = {
    'cache-control': 'no-store',
    allow: 'POST',
    ...(status >= 400 && { 'content-type': 'application/problem+json' }),
    ...(retryAfterSeconds && { 'retry-after': `${retryAfterSeconds}` }),
  }
  return Response.json({ code }, { status, headers })
}
