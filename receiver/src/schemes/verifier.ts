import type { Bytes, PrepareMacCheck } from '../crypto/mac.ts'
import type { HeaderSource, Scheme } from './scheme.ts'
import { checkSecret, type Secrets } from './secrets.ts'

/** What a webhook proved. */
export type Proof = {
  /** The scheme that proved it. */
  scheme: Scheme['name']
  /** Which of the secrets matched, from 0. Above 0, an old one is still in use. */
  secretIndex: number
  /** The signed event id (`webhook-id`). Standard Webhooks only. */
  id: string | undefined
  /** The signed time of this attempt, in milliseconds since 1970, near to now. Standard Webhooks only. */
  sentAt: number | undefined
}

/** Why a webhook is not believed. For the audit record; the sender learns none of it. */
export type Distrust =
  /** No header of an accepted scheme. */
  | 'missing'
  /** A header that no sender writes. */
  | 'malformed'
  /** No secret made this signature for these bytes. */
  | 'mismatch'
  /** Rightly signed, but the attempt's signed time is too far from now. */
  | 'stale'

/** What verifying gives. */
export type Verification = { ok: true; proof: Proof } | { ok: false; reason: Distrust }

/** How a verifier judges. */
export type VerifierOptions = {
  /** How far the signed time of an attempt may lie from now, before or after. Default 300 000 (five minutes). */
  attemptToleranceMs?: number
  /** The instant, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** Verifies one webhook by its headers and the very bytes of its body. Never throws on what a stranger sends. */
export type Verifier = (headers: HeaderSource, body: Bytes) => Promise<Verification>

/** Makes a verifier on one of the two cores; see `createVerifier`. */
export const makeVerifier = (
  prepareMacCheck: PrepareMacCheck,
  secrets: Secrets,
  schemes: readonly Scheme[],
  { attemptToleranceMs, now }: Required<VerifierOptions>,
): Verifier => {
  const texts = [secrets].flat()
  if (!texts.length || texts.length > 4) throw new TypeError('Give 1 to 4 secrets.')
  const prepared = schemes.map((scheme) => ({
    ...scheme,
    checks: texts.map((text, index) =>
      // An old secret that is not set is one that nothing matches: the others keep their numbers.
      index && text === undefined
        ? () => false
        : scheme.prepare(checkSecret(text, `secrets[${index}]`), prepareMacCheck),
    ),
  }))
  return async (headers, body) => {
    for (const { name: scheme, header, read, checks } of prepared) {
      const value = headers.get(header)
      if (value === null) continue
      const reading = read(value, body, headers)
      if (!reading) return { ok: false, reason: 'malformed' }
      const { id, sentAt } = reading
      for (const [secretIndex, check] of checks.entries()) {
        if (!(await check(reading))) continue
        const isStale = sentAt !== undefined && !(Math.abs(now() - sentAt) <= attemptToleranceMs)
        return isStale ? { ok: false, reason: 'stale' } : { ok: true, proof: { scheme, secretIndex, id, sentAt } }
      }
      return { ok: false, reason: 'mismatch' }
    }
    return { ok: false, reason: 'missing' }
  }
}
