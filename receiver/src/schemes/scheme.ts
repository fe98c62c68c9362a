import type { Bytes, Claimed, MacCheck, PrepareMacCheck } from '../crypto/mac.ts'

/** Where headers are read from: the `headers` of a Request, or anything that answers names in lower case. */
export type HeaderSource = { get(name: string): string | null }

/** What a scheme read from one webhook, not believed yet. */
export type Reading = Claimed & {
  /** The event id, where it is part of the message. */
  id?: string
  /** The time of the attempt in milliseconds since 1970, where it is part of the message. */
  sentAt?: number
}

/**
 * One way for a webhook to prove itself: one of this package's, or your own for a sender of another kind. Its MAC check
 * is made by `prepareMacCheck`, which compares in constant time.
 */
export type Scheme = {
  /** For the audit record. */
  name: 'standard' | 'guide' | 'token' | (string & {})
  /** The header by which a webhook chooses this scheme. */
  header: string
  /** Prepares a secret once for all webhooks. */
  prepare(secret: string, prepareMacCheck: PrepareMacCheck): MacCheck
  /** Reads a webhook; undefined for what no sender writes. Never throws. */
  read(value: string, body: Bytes, headers: HeaderSource): Reading | undefined
}
