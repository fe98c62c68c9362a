import type { PrepareMacKey } from '../crypto/mac.ts'
import { guideHeader, verifyGuide } from './guide.ts'
import { checkSecret, prepareSecret, secretCountLimit } from './secret.ts'
import { standardHeader, verifyStandard } from './standard.ts'
import { tokenHeader, verifyToken } from './token.ts'
import type { HeaderSource, Scheme, Verification } from './verification.ts'

/** One secret, or up to four, the newest first, while they are rotated. */
export type Secrets = string | readonly string[]

/** How a verifier judges. */
export type VerifierOptions = {
  /**
   * The schemes to accept. Default `['standard', 'guide']`. `token` must be asked for: it carries the secret in
   * clear and does not protect the body.
   */
  schemes?: readonly Scheme[]
  /** How far the signed time of an attempt may lie from now, before or after. Default 300 000 (five minutes). */
  attemptToleranceMs?: number
  /** The instant, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** Verifies one webhook by its headers and the very bytes of its body. Never throws on what a stranger sends. */
export type Verifier = (headers: HeaderSource, body: Uint8Array) => Promise<Verification>

/**
 * Makes a verifier on one of the two cores. A webhook with `webhook-signature` must pass Standard Webhooks: its other
 * headers are then not looked at. Only where it is absent does the guide's header count, and after that the token.
 * Throws a TypeError for no secret, more than four, or one that cannot be a secret.
 */
export const makeVerifier = (
  prepareMacKey: PrepareMacKey,
  secrets: Secrets,
  { schemes = ['standard', 'guide'], attemptToleranceMs = 300_000, now = Date.now }: VerifierOptions = {},
): Verifier => {
  const texts = Array.isArray(secrets) ? secrets : [secrets]
  if (texts.length === 0 || texts.length > secretCountLimit)
    throw new TypeError(`secrets holds ${texts.length}: give it one to ${secretCountLimit}.`)
  const prepared = texts.map((text, index) => prepareSecret(checkSecret(text, `secrets[${index}]`), prepareMacKey))
  return async (headers, body) => {
    const header = (scheme: Scheme, name: string) => (schemes.includes(scheme) ? headers.get(name) : null)
    const signatures = header('standard', standardHeader)
    if (signatures !== null) return verifyStandard(prepared, headers, signatures, body, now(), attemptToleranceMs)
    const signature = header('guide', guideHeader)
    if (signature !== null) return verifyGuide(prepared, signature, body)
    const token = header('token', tokenHeader)
    if (token !== null) return verifyToken(prepared, token)
    return { ok: false, reason: 'missing' }
  }
}
