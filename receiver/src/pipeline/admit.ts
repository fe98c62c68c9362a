import type { Verification } from '../schemes/verification.ts'
import type { Verifier } from '../schemes/verifier.ts'
import type { Arrival } from './arrival.ts'
import type { Setup } from './options.ts'
import type { Outcome, OutcomeCode } from './outcome.ts'
import { isJson, readBody } from './read-body.ts'

/** A body that one of the secrets vouches for. */
export type Admitted = { body: Uint8Array<ArrayBuffer>; proof: Extract<Verification, { ok: true }> }

const rateLimitWaitSeconds = 60

/** What can be refused by the first line and the headers alone. */
const refusal = (request: Request, path: string | undefined, maxBodyBytes: number): OutcomeCode | undefined => {
  if (path !== undefined && new URL(request.url).pathname !== path) return 'not_found'
  if (request.method !== 'POST') return 'method_not_allowed'
  if (!isJson(request.headers.get('content-type'))) return 'type_unsupported'
  return Number(request.headers.get('content-length')) > maxBodyBytes ? 'body_too_large' : undefined
}

/**
 * The pipeline as far as the signature: path, method, content type, size, rate limit, bytes, scheme. Answers the
 * verified bytes or how the request ended; never rejects.
 */
export const admit = async <Env>(
  { request, env, facts }: Arrival<Env>,
  setup: Setup<Env>,
  verifierFor: (env: Env) => Verifier,
): Promise<Admitted | Outcome> => {
  const code = refusal(request, setup.path, setup.maxBodyBytes)
  if (code) return { code }
  // What an exception means at each point.
  let fault: OutcomeCode = 'unavailable'
  try {
    if (setup.rateLimit && !(await setup.rateLimit(request, env))) {
      return { code: 'rate_limited', retryAfterSeconds: rateLimitWaitSeconds }
    }
    fault = 'misconfigured'
    const verify = verifierFor(env)
    if (request.bodyUsed)
      throw new TypeError('The body was read before the receiver got the request: pass it untouched.')
    fault = 'body_unreadable'
    const body = await readBody(request, setup.maxBodyBytes)
    if (!body) return { code: 'body_too_large' }
    facts.bodyBytes = body.length
    fault = 'misconfigured'
    const proof = await verify(request.headers, body)
    if (!proof.ok) return { code: proof.reason === 'stale' ? 'stale' : 'unverified', reason: proof.reason }
    const { scheme, secretIndex, id } = proof
    Object.assign(facts, { scheme, secretIndex, id })
    return { body, proof }
  } catch (error) {
    return { code: fault, error }
  }
}
