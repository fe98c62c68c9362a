import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError, type ErrorCode } from '../domain/errors.ts'
import type { AppContext } from './environment.ts'

/** A refusal of an image host: Cloudflare's status and number for it (Images › Troubleshooting). */
type Refusal = { readonly status: ContentfulStatusCode; readonly code: number }

/** Why an image is not shown, in words of ours. */
const refusals = {
  account_unknown: { status: 403, code: 9427 },
  image_unknown: { status: 404, code: 9431 },
  variant_unknown: { status: 404, code: 9431 },
  flexible_off: { status: 403, code: 9429 },
  access_denied: { status: 403, code: 9425 },
  malformed: { status: 400, code: 9424 },
  bad_text: { status: 403, code: 9426 },
  bad_options: { status: 400, code: 9401 },
  unsupported: { status: 415, code: 9412 },
  undecodable: { status: 422, code: 9516 },
  too_large: { status: 403, code: 9413 },
  busy: { status: 503, code: 9522 },
} as const satisfies Record<string, Refusal>

export type RefusalWord = keyof typeof refusals

/** What rendering may say of an image or a wish; anything else is a failure of our own. */
const words: Readonly<Partial<Record<ErrorCode, RefusalWord>>> = {
  bad_request: 'bad_options',
  not_offered: 'bad_options',
  image_format_unsupported: 'unsupported',
  image_undecodable: 'undecodable',
  image_area_too_large: 'too_large',
  animation_too_large: 'too_large',
  image_too_large: 'too_large',
  unavailable: 'busy',
}

/** Seconds after which a busy server is asked again. */
const retryAfter = '2'

/** Answers a refusal as image hosts do: in plain text, with the number in a header; never kept by caches. */
export const refuseImage = (context: AppContext, word: RefusalWord, text: string): Response => {
  const { status, code } = refusals[word]
  return context.text(`ERROR ${code}: ${text}\n`, status, {
    'cf-resized': `err=${code}`,
    'cache-control': 'no-store',
    ...(status === 503 && { 'retry-after': retryAfter }),
  })
}

/** A failure while an image is made, in the words of image hosts; anything else is for the app to answer. */
export const refuseFailure = (context: AppContext, error: unknown): Response => {
  const word = error instanceof AppError ? words[error.code] : undefined
  if (!(error instanceof AppError) || word === undefined) throw error
  return refuseImage(context, word, error.message)
}
