import type { Awaitable } from '../crypto/mac.ts'
import type { PreparedSecret } from './secret.ts'

/**
 * How a webhook proves itself: `standard` is Standard Webhooks; `guide` the hex HMAC in `x-cloudflare-signature`;
 * `token` Cloudflare's own `cf-webhook-auth`, the secret itself in clear.
 */
export type Scheme = 'standard' | 'guide' | 'token'

/** Why a webhook is not believed. For the audit record; the sender learns none of it. */
export type Distrust =
  /** No header of an accepted scheme. */
  | 'missing'
  /** A header that no signer writes. */
  | 'malformed'
  /** No secret made this signature for these bytes. */
  | 'mismatch'
  /** Rightly signed, but the attempt's signed time is too far from now. */
  | 'stale'

/** What verifying gives; never an exception. */
export type Verification =
  | {
      ok: true
      scheme: Scheme
      /** Which of the secrets matched, from 0. Above 0, an old one is still in use. */
      secretIndex: number
      /** The signed event id (`webhook-id`). Standard Webhooks only. */
      id?: string
      /** The signed time of this attempt, in milliseconds since 1970, near to now. Standard Webhooks only. */
      sentAt?: number
    }
  | { ok: false; reason: Distrust }

/** Where headers are read from: the `headers` of a Request, or anything that answers names in lower case. */
export type HeaderSource = { get(name: string): string | null }

/** The index of the first secret that passes, or −1. */
export const findSecret = async (
  secrets: readonly PreparedSecret[],
  passes: (secret: PreparedSecret) => Awaitable<boolean>,
): Promise<number> => {
  for (const [index, secret] of secrets.entries()) if (await passes(secret)) return index
  return -1
}
