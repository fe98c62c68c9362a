import { AppError, type ErrorCode } from '../domain/errors.ts'
import type { SourceFaultWord } from '../serve/source-fault.ts'

/** A refusal of an image host: Cloudflare's status and number for it (Images › Troubleshooting). */
type Refusal = { readonly status: number; readonly code: number }

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
  source_not_allowed: { status: 403, code: 9401 },
  source_bad_url: { status: 403, code: 9406 },
  source_loop: { status: 508, code: 9403 },
  source_unreadable: { status: 502, code: 9402 },
  source_too_large: { status: 413, code: 9402 },
  source_not_found: { status: 404, code: 9404 },
  source_unresolved: { status: 523, code: 9407 },
  source_denied: { status: 408, code: 9408 },
  source_no_image: { status: 415, code: 9412 },
  source_format_unsupported: { status: 415, code: 9420 },
  source_bad_redirect: { status: 400, code: 9420 },
  source_too_many_redirects: { status: 400, code: 9421 },
  source_broken_off: { status: 422, code: 9416 },
  source_connect_timeout: { status: 522, code: 9504 },
  source_timeout: { status: 524, code: 9504 },
  source_unreachable: { status: 523, code: 9510 },
  source_network: { status: 502, code: 9505 },
} as const satisfies Record<string, Refusal> & Record<`source_${SourceFaultWord}`, Refusal>

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
export const refuseImage = (word: RefusalWord, text: string): Response => {
  const { status, code } = refusals[word]
  const headers = {
    'content-type': 'text/plain; charset=UTF-8',
    'cf-resized': `err=${code}`,
    'cache-control': 'no-store',
    ...(status === 503 && { 'retry-after': retryAfter }),
  }
  return new Response(`ERROR ${code}: ${text}\n`, { status, headers })
}

/** A failure while an image is made, in the words of image hosts; anything else is for the app to answer. */
export const refuseFailure = (error: unknown): Response => {
  const word = error instanceof AppError ? words[error.code] : undefined
  if (!(error instanceof AppError) || word === undefined) throw error
  return refuseImage(word, error.message)
}
