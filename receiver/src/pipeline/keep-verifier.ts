import type { Awaitable, PrepareMacCheck } from '../crypto/mac.ts'
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
): ((env: Env) => Promise<Verifier>) => {
  let kept: readonly [texts: string, verifier: Verifier] | undefined
  const verifierOf = (found: Secrets): Verifier => {
    const texts = JSON.stringify([found])
    if (kept?.[0] !== texts) kept = [texts, makeVerifier(prepareMacCheck, found, setup.schemes, setup)]
    return kept[1]
  }
  if (typeof secrets !== 'function') verifierOf(secrets)
  return async (env) => verifierOf(await fromEnv<Awaitable<Secrets>, Env>(secrets, env))
}
