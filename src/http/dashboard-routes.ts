import { Hono } from 'hono'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { AppContext, AppEnvironment, Routes } from './environment.ts'

const folder = new URL('../../dashboard/dist/', import.meta.url)

/** Addresses that the page itself tells apart; the server answers each with the same page. */
const pages = [
  '/',
  '/images',
  '/images/*',
  '/variants',
  '/deliveries',
  '/deliveries/*',
  '/settings',
  '/settings/*',
  '/received',
]

const mimeTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Only the server's own files run; pictures come from it, from its public address, and from what was dropped on the page. */
const policyFor = (publicUrl: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // The chart and list libraries place things by style attributes.
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob: ${new URL(publicUrl).origin}`,
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Imagehooks</title>
<p>Imagehooks is running. Its dashboard was not built: run <code>npm run build</code> in its folder and start it again.</p></html>`

const readOr = async (file: URL, otherwise: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return otherwise
    throw error
  }
}

/** The dashboard's page and its files; mounted at `/`, last. */
export const dashboardRoutes = async (publicUrl: () => string): Promise<Routes> => {
  const page = await readOr(new URL('index.html', folder), notBuilt)
  const routes = new Hono<AppEnvironment>()
  const answerPage = (context: AppContext): Response =>
    context.html(page, 200, {
      'cache-control': 'no-cache',
      'content-security-policy': policyFor(publicUrl()),
    }) as Response
  for (const path of pages) routes.get(path, answerPage)

  /** Built names hold a digest of what is in them, so a browser need never ask twice. */
  const answerFile = async (context: AppContext, name: string, cacheControl: string): Promise<Response> => {
    const type = /^[\w.-]+$/.test(name) ? mimeTypes[extname(name)] : undefined
    const place = (cacheControl === immutable ? 'assets/' : '') + name
    const takesGzip = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '')
    const small = type && takesGzip ? await readIn(`${place}.gz`) : undefined
    const bytes = small ?? (type ? await readIn(place) : undefined)
    if (!type || !bytes)
      throw new AppError('route_not_found', `There is no file ${context.req.path}; load the page again.`)
    return context.body(bytes, 200, {
      'content-type': type,
      'cache-control': cacheControl,
      vary: 'accept-encoding',
      ...(small && { 'content-encoding': 'gzip' }),
    })
  }
  routes.get('/assets/:name', (context) => answerFile(context, context.req.param('name'), immutable))
  routes.get('/icon.svg', (context) => answerFile(context, 'icon.svg', 'public, max-age=86400'))
  return routes
}

const immutable = 'public, max-age=31536000, immutable'

const readIn = async (place: string): Promise<ArrayBuffer | undefined> => {
  try {
    const bytes = await readFile(new URL(place, folder))
    return new Uint8Array(bytes).buffer
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
