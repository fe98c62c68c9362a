import type { MiddlewareHandler } from 'hono'
import type { Clock } from '../domain/clock.ts'
import type { Log } from '../telemetry/log.ts'
import type { AppEnvironment } from './environment.ts'

/**
 * One line for each answer: method, path without its query (which may carry signatures), status, milliseconds to the
 * answer's head. API calls and failures are `info`, the rest `debug`.
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
    log[level]({ method, path, status, durationMs }, 'request')
  }
