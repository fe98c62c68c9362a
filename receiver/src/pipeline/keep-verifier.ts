import type { PrepareMacKey } from '../crypto/mac.ts'
import { makeVerifier, type Verifier } from '../schemes/verifier.ts'
import type { Setup } from './options.ts'

/**
 * The verifier for the secrets of an environment, kept for as long as they stay the same: preparing keys costs more
 * than verifying. Secrets that need no environment are prepared, and refused, at once.
 */
export const keepVerifier = <Env>(prepareMacKey: PrepareMacKey, setup: Setup<Env>): ((env: Env) => Verifier) => {
  const { secrets } = setup
  if (typeof secrets !== 'function') {
    const verifier = makeVerifier(prepareMacKey, secrets, setup)
    return () => verifier
  }
  let kept: { texts: readonly unknown[]; verifier: Verifier } | undefined
  return (env) => {
    const found = secrets(env)
    const texts: readonly unknown[] = Array.isArray(found) ? found : [found]
    if (kept?.texts.length !== texts.length || !texts.every((text, index) => text === kept?.texts[index])) {
      kept = { texts: [...texts], verifier: makeVerifier(prepareMacKey, found, setup) }
    }
    return kept.verifier
  }
}
