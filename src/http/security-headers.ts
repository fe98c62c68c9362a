import type { MiddlewareHandler } from 'hono'
import type { AppEnvironment } from './environment.ts'

/** For every byte that a user uploaded: nothing in it may run, load or frame, whatever a browser takes it for. */
export const userBytesHeaders = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
} as const

/**
 * Headers that every answer carries, where a route has not set its own: no guessing of types, nothing may run or load,
 * no address is passed on, API answers are not kept by caches.
 */
export const securityHeaders: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  await next()
  const { headers } = context.res
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  if (!headers.has('content-security-policy'))
    headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}
