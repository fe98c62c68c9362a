/**
 * Everything a user can cause, by a stable word. The table in `http/errors.ts` gives each its status and Cloudflare's
 * number; rooms below know neither.
 */
export type ErrorCode =
  | 'bad_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'not_offered'
  | 'account_not_found'
  | 'image_not_found'
  | 'variant_not_found'
  | 'endpoint_not_found'
  | 'delivery_not_found'
  | 'image_exists'
  | 'upload_url_unknown'
  | 'upload_url_used'
  | 'upload_url_expired'
  | 'source_failed'
  | 'idempotency_mismatch'
  | 'image_id_invalid'
  | 'image_too_large'
  | 'image_area_too_large'
  | 'animation_too_large'
  | 'image_undecodable'
  | 'image_format_unsupported'
  | 'not_a_form'
  | 'body_too_large'
  | 'upload_aborted'
  | 'upload_too_slow'
  | 'upload_failed'
  | 'delivery_in_flight'
  | 'cursor_expired'
  | 'replay_running'
  | 'replay_not_found'
  | 'endpoint_limit'
  | 'token_limit'
  | 'token_not_found'
  | 'signing_key_limit'
  | 'signing_key_not_found'
  | 'variant_exists'
  | 'variant_limit'
  | 'too_many_requests'
  | 'unavailable'

/**
 * A failure that somebody outside caused or must hear of: `code` for programs, the message for people. The message is
 * one sentence that names the field and the fix; it never holds a secret.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  /** Where in the request the fault lies, as a JSON pointer (`/url`) or the name of a form field; shown to the caller. */
  readonly pointer: string | undefined
  /** How long to wait before it makes sense to ask again, in milliseconds; where it is known. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { pointer?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.pointer = options.pointer
    this.retryAfterMs = options.retryAfterMs
  }
}
