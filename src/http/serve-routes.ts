import { Hono } from 'hono'
import { isPlainText } from '../domain/text.ts'
import type { Serve, ServedImage } from '../serve/serve.ts'
import { refuseFailure, refuseImage } from './delivery-errors.ts'
import { type AppContext, type AppEnvironment, type Routes } from './environment.ts'
import { answerImage, answerUnchanged } from './image-answer.ts'

type Refused = Exclude<ServedImage['outcome'], 'found' | 'unchanged' | 'access_denied'>

const sentences: Readonly<Record<Refused, string>> = {
  account_unknown: 'Access denied: no account has this hash',
  image_unknown: 'Image not found',
  variant_unknown: 'Variant not found',
  flexible_off: 'Flexible variants are not enabled for this account',
  flexible_private: 'Image access denied: images that need a signature have no flexible variants',
}

type Parts = { readonly accountHash: string; readonly imageId: string; readonly variant: string }

const parts = (path: string): Parts | 'malformed' | 'bad_text' => {
  const [accountHash = '', ...rest] = path.split('/')
  const variant = rest.pop()
  if (!variant || rest.length === 0) return 'malformed'
  try {
    const imageId = rest.map(decodeURIComponent).join('/')
    const plain = [accountHash, imageId, decodeURIComponent(variant)].every(isPlainText)
    return plain ? { accountHash, imageId, variant } : 'bad_text'
  } catch {
    // An escape that stands for nothing.
    return 'bad_text'
  }
}

const queryOf = (url: string): string => {
  const at = url.indexOf('?')
  return at === -1 ? '' : url.slice(at + 1)
}

const answer = (context: AppContext, served: ServedImage): Response => {
  switch (served.outcome) {
    case 'found':
      return answerImage(context, served)
    case 'unchanged':
      return answerUnchanged(served)
    case 'access_denied':
      return refuseImage('access_denied', `Image access denied: ${served.reason}`)
    case 'flexible_private':
      return refuseImage('access_denied', sentences.flexible_private)
    default:
      return refuseImage(served.outcome, sentences[served.outcome])
  }
}

/** Hono reads a `{22}` in a path as the end of the pattern, so the letter class stands 22 times. */
const hashPattern = '[A-Za-z0-9_-]'.repeat(22)

/**
 * Images through their variants, at `/<account_hash>/…` and `/cdn-cgi/imagedelivery/<account_hash>/…`; mounted at `/`.
 * An image id may hold slashes; the last segment is the variant, or options with an equals sign.
 */
export const serveRoutes = (serve: Serve): Routes => {
  const serveFrom = (prefix: string) => async (context: AppContext) => {
    const { path } = context.req
    const named = parts(path.slice(prefix.length))
    if (named === 'malformed') return refuseImage(named, 'The URL must be /<account_hash>/<image_id>/<variant>')
    if (named === 'bad_text') return refuseImage(named, 'The URL must be well-encoded text')
    try {
      const served = await serve({
        ...named,
        address: { path, query: queryOf(context.req.url) },
        hints: (header) => context.req.header(header),
        ifNoneMatch: context.req.header('if-none-match'),
      })
      return answer(context, served)
    } catch (error) {
      return refuseFailure(error)
    }
  }
  return new Hono<AppEnvironment>()
    .get(`/:accountHash{${hashPattern}}/*`, serveFrom('/'))
    .get('/cdn-cgi/imagedelivery/*', serveFrom('/cdn-cgi/imagedelivery/'))
}
