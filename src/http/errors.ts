import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { AppError, ErrorCode } from '../domain/errors.ts'
import type { Problem } from './envelope.ts'

type Wire = {
  readonly status: ContentfulStatusCode
  /** Cloudflare's number; 547x are ours, where Cloudflare has nothing of the kind. */
  readonly code: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The official client repeats a 409 and a 5xx twice unless it is told that this helps nobody. */
const final = { 'x-should-retry': 'false' }

/** The one place where our words get their status and Cloudflare's number. */
const wires: Readonly<Record<ErrorCode, Wire>> = {
  bad_request: { status: 400, code: 5400 },
  // Cloudflare answers 403 to a wrong token too, and so do not tell it from one without the right.
  unauthenticated: { status: 403, code: 10000 },
  forbidden: { status: 403, code: 10000 },
  route_not_found: { status: 404, code: 7003 },
  method_not_allowed: { status: 405, code: 10405 },
  not_offered: { status: 501, code: 5470, headers: final },
  account_not_found: { status: 404, code: 7003 },
  image_not_found: { status: 404, code: 5404 },
  variant_not_found: { status: 404, code: 5401 },
  endpoint_not_found: { status: 404, code: 5471 },
  delivery_not_found: { status: 404, code: 5472 },
  image_exists: { status: 409, code: 5409, headers: final },
  upload_url_unknown: { status: 404, code: 5404 },
  upload_url_used: { status: 409, code: 5409, headers: final },
  upload_url_expired: { status: 403, code: 5476 },
  source_failed: { status: 400, code: 5454 },
  idempotency_mismatch: { status: 422, code: 5477 },
  image_id_invalid: { status: 400, code: 5411 },
  image_too_large: { status: 413, code: 5413 },
  image_area_too_large: { status: 413, code: 5413 },
  animation_too_large: { status: 400, code: 5443 },
  image_undecodable: { status: 400, code: 9422 },
  image_format_unsupported: { status: 415, code: 5455 },
  not_a_form: { status: 415, code: 5415 },
  body_too_large: { status: 413, code: 7011 },
  upload_aborted: { status: 400, code: 5433 },
  upload_too_slow: { status: 408, code: 5408, headers: { connection: 'close' } },
  upload_failed: { status: 400, code: 5450 },
  delivery_in_flight: { status: 409, code: 5473, headers: final },
  cursor_expired: { status: 410, code: 5480 },
  replay_running: { status: 409, code: 5481, headers: final },
  replay_not_found: { status: 404, code: 5482 },
  endpoint_limit: { status: 403, code: 5453 },
  token_limit: { status: 403, code: 5453 },
  token_not_found: { status: 404, code: 5474 },
  signing_key_limit: { status: 403, code: 5453 },
  signing_key_not_found: { status: 404, code: 5475 },
  variant_exists: { status: 409, code: 5409, headers: final },
  variant_limit: { status: 403, code: 5453 },
  too_many_requests: { status: 429, code: 10429, headers: { 'retry-after': '10' } },
  unavailable: { status: 503, code: 5503, headers: { 'retry-after': '2' } },
}

/** Status and number of a word. */
export const wireOf = (code: ErrorCode): Pick<Wire, 'status' | 'code'> => wires[code]

/** A failure as it goes over the wire. */
export type WireError = {
  readonly status: ContentfulStatusCode
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
}

/** Status, number and headers of a failure that somebody outside caused. */
export const wireError = (error: AppError): WireError => {
  const { status, code, headers = {} } = wires[error.code]
  const source = error.pointer === undefined ? {} : { source: { pointer: error.pointer } }
  const wait = error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) }
  return { status, headers: { ...headers, ...wait }, problem: { code, message: error.message, ...source } }
}

/** What is said of a failure of our own: nothing that could tell a stranger about the inside. */
export const internalError: WireError = {
  status: 500,
  headers: {},
  problem: { code: 5500, message: 'The server failed to answer; its log says why.' },
}
