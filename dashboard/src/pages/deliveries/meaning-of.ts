/** What an attempt came to, as the API says it. */
export type AttemptOutcome = {
  readonly success: boolean
  readonly status: number | null
  readonly error: { readonly kind: string; readonly message: string } | null
}

/** What a status of a receiver most often means, and what to do. */
const statuses: Readonly<Record<number, string>> = {
  400: 'The receiver could not read the body. Does it parse the raw bytes, before anything else does?',
  401: 'The receiver refused the signature. Compare its secret with this endpoint’s, and check that it signs the raw body.',
  403: 'The receiver forbids the request. A firewall or a login page may stand before it.',
  404: 'The receiver has no such path. Check the URL’s path.',
  405: 'The path exists and does not take POST.',
  410: 'The receiver says it is gone for good; the endpoint is suspended for that.',
  413: 'The receiver takes no body of this size.',
  415: 'The receiver does not take application/json.',
  429: 'The receiver asks for fewer requests; set a limit per second.',
}

const ranges: readonly (readonly [from: number, to: number, text: string])[] = [
  [300, 399, 'The receiver redirects. Webhooks do not follow redirects: use the final URL.'],
  [400, 499, 'The receiver refused the request; its answer should say why.'],
  [500, 599, 'The receiver failed while it handled the webhook. Its own log says why. It will be tried again.'],
]

/** In plain words: what happened and what to do about it. */
export const meaningOf = ({ success, status, error }: AttemptOutcome): string => {
  if (success) return 'The receiver took it: everything from the signature to the answer works.'
  if (status === null) return error?.message ?? 'No answer came.'
  const range = ranges.find(([from, to]) => status >= from && status <= to)
  return statuses[status] ?? range?.[2] ?? 'The receiver answered with a status that is no success.'
}
