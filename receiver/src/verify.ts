/** @module Verifying alone, for those who bring their own pipeline. */
import { prepareMacCheck } from '#mac'
import type { Scheme } from './schemes/scheme.ts'
import type { Secrets } from './schemes/secrets.ts'
import { makeVerifier, type Verifier, type VerifierOptions } from './schemes/verifier.ts'

export { bytesOf, type GivenBody, type GivenHeaders, headersOf } from './schemes/given.ts'
export { guideScheme } from './schemes/guide.ts'
export type { HeaderSource, Scheme } from './schemes/scheme.ts'
export type { Secrets } from './schemes/secrets.ts'
export { standardScheme } from './schemes/standard.ts'
export { tokenScheme } from './schemes/token.ts'
export type { Distrust, Proof, Verification, Verifier, VerifierOptions } from './schemes/verifier.ts'
export { proofOf, type RequestVerification, VerificationError, verifyRequest } from './schemes/verify-request.ts'

/**
 * Prepares one to four secrets, the newest first, and answers a function that verifies each webhook by its headers
 * and bytes (`headersOf` and `bytesOf` make them of what a framework has; `verifyRequest` takes a whole request). Of the
 * `schemes`, usually `[standardScheme, guideScheme]`, the first whose header is there must verify, and the others are
 * then not looked at; what is not named is not bundled. Where the guide's header alone proves it, check the age of the
 * event yourself: that signature never expires. Throws a TypeError for a secret that is missing, empty, blank, over 256
 * characters or ends with a line end.
 */
export const createVerifier = (
  secrets: Secrets,
  schemes: readonly Scheme[],
  { attemptToleranceMs = 300_000, now = Date.now }: VerifierOptions = {},
): Verifier => makeVerifier(prepareMacCheck, secrets, schemes, { attemptToleranceMs, now })
