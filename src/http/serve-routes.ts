import { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError } from '../domain/errors.ts'
import { isPlainText } from '../domain/text.ts'
import type { Serve, ServedImage } from '../serve/serve.ts'
import { type AppContext, type AppEnvironment, type Routes } from './environment.ts'
import { userBytesHeaders } from './security-headers.ts'

/** Two days, Cloudflare's default. */
const cacheControl = 'public, max-age=172800, stale-while-revalidate=7200'

type Refused = Exclude<ServedImage['outcome'], 'found' | 'unchanged'>

/** Cloudflare's numbers for what image hosts refuse. */
const refusals: Readonly<Record<Refused | 'malformed', { status: ContentfulStatusCode; code: number; text: string }>> =
  {
    account_unknown: { status: 403, code: 9427, text: 'Access denied: no account has this hash' },
    image_unknown: { status: 404, code: 9431, text: 'Image not found' },
    variant_unknown: { status: 404, code: 9431, text: 'Variant not found' },
    signature_required: { status: 403, code: 9425, text: 'Image access denied: the URL needs a valid signature' },
    malformed: { status: 400, code: 9424, text: 'The URL must be /<account_hash>/<image_id>/<variant>' },
  }

const refuse = (context: AppContext, refused: Refused | 'malformed'): Response => {
  const { status, code, text } = refusals[refused]
  return context.text(`ERROR ${code}: ${text}\n`, status, { 'cf-resized': `err=${code}` })
}

/** The parts of a variant URL's path, each decoded once. An image id may hold slashes; the last segment is the variant. */
const parsePath = (path: string): { accountHash: string; imageId: string; variantId: string } | undefined => {
  try {
    const [accountHash = '', ...rest] = path.split('/').map(decodeURIComponent)
    const variantId = rest.pop()
    if (![accountHash, ...rest, variantId ?? ''].every(isPlainText)) return undefined
    return rest.length > 0 && variantId ? { accountHash, imageId: rest.join('/'), variantId } : undefined
  } catch {
    return undefined
  }
}

const answer = async (context: AppContext, served: ServedImage): Promise<Response> => {
  if (served.outcome !== 'found' && served.outcome !== 'unchanged') return refuse(context, served.outcome)
  const headers = { ...userBytesHeaders, 'cache-control': cacheControl, vary: 'Accept', etag: served.etag }
  if (served.outcome === 'unchanged') return new Response(null, { status: 304, headers })
  const { body } = served
  const headOnly = context.req.method === 'HEAD'
  if (headOnly && body instanceof ReadableStream) await body.cancel()
  return new Response(headOnly ? null : body, {
    headers: {
      ...headers,
      'content-type': served.contentType,
      'content-length': String(served.sizeBytes),
      'cross-origin-resource-policy': 'cross-origin',
      'cf-resized': 'internal=ok/m',
    },
  })
}

/** A failure while an image is made, in the words of image hosts; anything else is for the app to answer. */
const asFailure = (context: AppContext, error: unknown): Response => {
  if (!(error instanceof AppError)) throw error
  const [status, code]: [ContentfulStatusCode, number] = error.code === 'unavailable' ? [503, 9522] : [500, 9516]
  return context.text(`ERROR ${code}: ${error.message}\n`, status, { 'cf-resized': `err=${code}` })
}

/** Hono reads a `{22}` in a path as the end of the pattern, so the letter class stands 22 times. */
const hashPattern = '[A-Za-z0-9_-]'.repeat(22)

/** Images through their variants, at `/<account_hash>/…` and `/cdn-cgi/imagedelivery/<account_hash>/…`; mounted at `/`. */
export const serveRoutes = (serve: Serve): Routes => {
  const serveFrom = (prefix: string) => async (context: AppContext) => {
    const parts = parsePath(context.req.path.slice(prefix.length))
    if (!parts) return refuse(context, 'malformed')
    try {
      const served = await serve({
        ...parts,
        accept: context.req.header('accept'),
        ifNoneMatch: context.req.header('if-none-match'),
      })
      return await answer(context, served)
    } catch (error) {
      return asFailure(context, error)
    }
  }
  return new Hono<AppEnvironment>()
    .get(`/:accountHash{${hashPattern}}/*`, serveFrom('/'))
    .get('/cdn-cgi/imagedelivery/*', serveFrom('/cdn-cgi/imagedelivery/'))
}
