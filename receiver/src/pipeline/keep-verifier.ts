import type { PrepareMacCheck } from '../crypto/mac.ts'
import type { Secrets } from '../schemes/secrets.ts'
import { makeVerifier, type Verifier } from '../schemes/verifier.ts'
import type { Setup } from './options.ts'

/**
 * The verifier for the secrets of an environment, kept for as long as they stay the same: preparing keys costs more
 * than verifying. Secrets that need no environment are prepared, and refused, at once.
 */
export const keepVerifier = <Env>(
  prepareMacCheck: PrepareMacCheck,
  { secrets, ...setup }: Setup<Env>,
): ((env: Env) => Verifier) => {
  const make = (found: Secrets) => makeVerifier(prepareMacCheck, found, setup.schemes, setup)
  if (typeof secrets !== 'function') {
    const verifier = make(secrets)
    return () => verifier
  }
  let kept: { texts: string; verifier: Verifier } | undefined
  return (env) => {
    const found = secrets(env)
    const texts = JSON.stringify(found)
    if (!kept || kept.texts !== texts) kept = { texts, verifier: make(found) }
    return kept.verifier
  }
}
