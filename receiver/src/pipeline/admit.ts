import type { Proof, Verifier } from '../schemes/verifier.ts'
import type { Arrival } from './arrival.ts'
import type { Setup } from './options.ts'
import type { Outcome, OutcomeCode } from './outcome.ts'
import { isJson, readBody } from './read-body.ts'

/** What can be refused by the first line and the headers alone. */
const refusal = ({ url, method, headers }: Request, path: string | undefined): OutcomeCode | undefined => {
  if (path && new URL(url).pathname !== path) return 'not_found'
  if (method !== 'POST') return 'method_not_allowed'
  return isJson(headers.get('content-type')) ? undefined : 'type_unsupported'
}

/**
 * The pipeline as far as the signature: path, method, content type, size, rate limit, bytes, scheme. Answers the proof
 * of the body that the arrival then has, or how the request ended.
 */
export const admit = async <Env>(
  arrival: Arrival<Env>,
  { path, maxBodyBytes, rateLimit }: Setup<Env>,
  verifierFor: (env: Env) => Promise<Verifier>,
): Promise<Proof | Outcome> => {
  const { request, env } = arrival
  const code = refusal(request, path)
  if (code) return { code }
  const verify = await verifierFor(env)
  if (request.bodyUsed) throw new TypeError('Pass the request untouched.')
  if (Number(request.headers.get('content-length')) > maxBodyBytes) return { code: 'body_too_large' }
  arrival.fault = 'unavailable'
  if (rateLimit && !(await rateLimit(request, env))) return { code: 'rate_limited', retryAfterSeconds: 60 }
  arrival.fault = 'body_unreadable'
  const body = await readBody(request, maxBodyBytes)
  if (!body) return { code: 'body_too_large' }
  arrival.body = body
  arrival.fault = 'misconfigured'
  const verification = await verify(request.headers, body)
  if (verification.ok) return verification.proof
  const { reason } = verification
  return { code: reason === 'stale' ? reason : 'unverified', reason }
}
