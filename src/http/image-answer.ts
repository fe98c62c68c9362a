import type { AnswerFacts } from '../serve/serve.ts'
import type { Rendition } from '../serve/renditions.ts'
import { wantedPart } from './byte-range.ts'
import type { AppContext } from './environment.ts'
import { userBytesHeaders } from './security-headers.ts'

/** How long a browser may show an old image while it asks for the present one; Cloudflare's. */
const staleSeconds = 7200

const headersOf = ({ etag, caching, vary }: AnswerFacts): Record<string, string> => ({
  ...userBytesHeaders,
  etag,
  'cache-control': caching.isPrivate
    ? `private, max-age=${caching.maxAgeSeconds}`
    : `public, max-age=${caching.maxAgeSeconds}, stale-while-revalidate=${staleSeconds}`,
  ...(vary.length > 0 && { vary: vary.join(', ') }),
})

/** The client holds the present bytes. */
export const answerUnchanged = (facts: AnswerFacts): Response =>
  new Response(null, { status: 304, headers: headersOf(facts) })

/** Answers a rendition: all of it, the part that was asked for, or its head alone. */
export const answerImage = (
  context: AppContext,
  { bytes, contentType, ...facts }: AnswerFacts & Rendition,
): Response => {
  const headers: Record<string, string> = {
    ...headersOf(facts),
    'content-type': contentType,
    'accept-ranges': 'bytes',
    'cross-origin-resource-policy': 'cross-origin',
    'cf-resized': 'internal=ok/m',
  }
  const part = wantedPart(bytes.length, facts.etag, context.req.header('range'), context.req.header('if-range'))
  if (part === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${bytes.length}` } })
  const headOnly = context.req.method === 'HEAD'
  const { first, last } = part === 'all' || headOnly ? { first: 0, last: bytes.length - 1 } : part
  const isPart = part !== 'all' && !headOnly
  return new Response(headOnly ? null : isPart ? bytes.subarray(first, last + 1) : bytes, {
    status: isPart ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(last + 1 - first),
      ...(isPart && { 'content-range': `bytes ${first}-${last}/${bytes.length}` }),
    },
  })
}
