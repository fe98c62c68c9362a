import type { Bytes } from '../crypto/mac.ts'
import { readBody } from '../pipeline/read-body.ts'
import type { HeaderSource } from './scheme.ts'
import type { Distrust, Proof, Verification } from './verifier.ts'

/** What verifying a request gives: its bytes besides, which nobody else can read any more. */
export type RequestVerification =
  | { ok: true; proof: Proof; body: Bytes }
  | { ok: false; reason: Distrust | 'too_large' }

/**
 * Reads a request's body, up to `maxBodyBytes` (default 65 536), and verifies it by `createVerifier`'s function. Rejects
 * when the body breaks off, or was read before.
 */
export const verifyRequest = async (
  verify: (headers: HeaderSource, body: Bytes) => Promise<Verification>,
  request: Request,
  { maxBodyBytes = 65_536 }: { maxBodyBytes?: number } = {},
): Promise<RequestVerification> => {
  if (request.bodyUsed) throw new TypeError('The body was read before: pass the request untouched.')
  const body = await readBody(request, maxBodyBytes)
  if (!body) return { ok: false, reason: 'too_large' }
  const verification = await verify(request.headers, body)
  return verification.ok ? { ...verification, body } : verification
}

/** What `proofOf` throws. Its `reason` is for the log alone: a sender that learns it learns how to go on. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError'
  readonly reason: Distrust | 'too_large'

  constructor(reason: Distrust | 'too_large') {
    super(`The webhook is not verified: ${reason}.`)
    this.reason = reason
  }
}

/** For those who would rather catch than ask: the proof of a verification, or a {@link VerificationError}. */
export const proofOf = (verification: Verification | RequestVerification): Proof => {
  if (verification.ok) return verification.proof
  throw new VerificationError(verification.reason)
}
