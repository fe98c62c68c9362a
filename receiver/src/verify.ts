/** @module Verifying alone, for those who bring their own pipeline. */
import { prepareMacKey } from '#mac'
import { makeVerifier, type Secrets, type Verifier, type VerifierOptions } from './schemes/verifier.ts'

export type { Distrust, HeaderSource, Scheme, Verification } from './schemes/verification.ts'
export type { Secrets, Verifier, VerifierOptions } from './schemes/verifier.ts'

/**
 * Prepares secrets once and answers a function that verifies each webhook by its headers and bytes. Where the guide's
 * header alone proves it, check the age of the event yourself: that signature never expires. Throws a TypeError for a
 * secret that is missing, empty or blank.
 */
export const createVerifier = (secrets: Secrets, options: VerifierOptions = {}): Verifier =>
  makeVerifier(prepareMacKey, secrets, options)
