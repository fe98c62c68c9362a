import type { PrepareMacCheck } from '../crypto/mac.ts'
import type { Secrets } from '../schemes/secrets.ts'
import { makeVerifier, type Verifier } from '../schemes/verifier.ts'
import { fromEnv, type Setup } from './options.ts'

/**
 * The verifier for the secrets of an environment, kept for as long as they stay the same: preparing keys costs more
 * than verifying. Secrets that need no environment are prepared, and refused, at once.
 */
export const keepVerifier = <Env>(
  prepareMacCheck: PrepareMacCheck,
  { secrets, ...setup }: Setup<Env>,
): ((env: Env) => Verifier) => {
  let kept: { texts: string; verifier: Verifier } | undefined
  const verifierOf = (found: Secrets): Verifier => {
    const texts = JSON.stringify([found])
    if (kept?.texts !== texts) kept = { texts, verifier: makeVerifier(prepareMacCheck, found, setup.schemes, setup) }
    return kept.verifier
  }
  if (typeof secrets !== 'function') verifierOf(secrets)
  return (env) => verifierOf(fromEnv(secrets, env))
}
