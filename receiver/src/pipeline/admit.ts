import type { Bytes } from '../crypto/mac.ts'
import type { Proof, Verifier } from '../schemes/verifier.ts'
import type { Arrival } from './arrival.ts'
import type { Setup } from './options.ts'
import type { Outcome, OutcomeCode } from './outcome.ts'
import { isJson, readBody } from './read-body.ts'

/** A body that one of the secrets vouches for. */
export type Admitted = { body: Bytes; proof: Proof }

const rateLimitWaitSeconds = 60

/** What can be refused by the first line and the headers alone. */
const refusal = (request: Request, path: string | undefined, maxBodyBytes: number): OutcomeCode | undefined => {
  if (path && new URL(request.url).pathname !== path) return 'not_found'
  if (request.method !== 'POST') return 'method_not_allowed'
  if (!isJson(request.headers.get('content-type'))) return 'type_unsupported'
  return Number(request.headers.get('content-length')) > maxBodyBytes ? 'body_too_large' : undefined
}

/**
 * The pipeline as far as the signature: path, method, content type, size, rate limit, bytes, scheme. Answers the
 * verified bytes or how the request ended.
 */
export const admit = async <Env>(
  arrival: Arrival<Env>,
  { path, maxBodyBytes, rateLimit }: Setup<Env>,
  verifierFor: (env: Env) => Verifier,
): Promise<Admitted | Outcome> => {
  const { request, env, facts } = arrival
  const code = refusal(request, path, maxBodyBytes)
  if (code) return { code }
  const verify = verifierFor(env)
  if (request.bodyUsed) throw new TypeError('The body was read before: pass the request untouched.')
  arrival.fault = 'unavailable'
  if (rateLimit && !(await rateLimit(request, env))) {
    return { code: 'rate_limited', retryAfterSeconds: rateLimitWaitSeconds }
  }
  arrival.fault = 'body_unreadable'
  const body = await readBody(request, maxBodyBytes)
  if (!body) return { code: 'body_too_large' }
  facts.bodyBytes = body.length
  arrival.fault = 'misconfigured'
  const verification = await verify(request.headers, body)
  if (verification.ok) return { body, proof: verification.proof }
  const { reason } = verification
  return { code: reason === 'stale' ? reason : 'unverified', reason }
}
