import type { MiddlewareHandler } from 'hono'
import type { Clock } from '../domain/clock.ts'
import type { Log } from '../telemetry/log.ts'
import type { AppContext, AppEnvironment } from './environment.ts'

/** RFC 5321 allows no longer one; what is logged is not proven to be anybody's. */
const longestEmail = 254

/** The e-mail beside an `X-Auth-Key`, as far as one can be long. */
const emailOf = (context: AppContext): string | undefined =>
  context.req.header('x-auth-key') === undefined
    ? undefined
    : context.req.header('x-auth-email')?.slice(0, longestEmail)

/**
 * One line for each answer: method, path without its query (which may carry signatures), status, milliseconds to the
 * answer's head, and the e-mail of Cloudflare's older pair of headers where it was sent. API calls and failures are `info`, the rest `debug`.
 */
export const logRequests =
  (log: Log, clock: Clock): MiddlewareHandler<AppEnvironment> =>
  async (context, next) => {
    const startedMs = clock.monotonic()
    await next()
    const { method, path } = context.req
    const { status } = context.res
    const durationMs = Math.round((clock.monotonic() - startedMs) * 1000) / 1000
    const level = status >= 400 || path.startsWith('/client/') ? 'info' : 'debug'
    const email = emailOf(context)
    log[level]({ method, path, status, durationMs, ...(email !== undefined && { email }) }, 'request')
  }
