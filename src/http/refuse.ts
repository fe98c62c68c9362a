import type { Hono } from 'hono'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../telemetry/log.ts'
import { failure } from './envelope.ts'
import type { AppContext, AppEnvironment } from './environment.ts'
import { internalError, wireError, type WireError } from './errors.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The methods that an existing path takes, in the form of an `Allow` header; none when the path leads nowhere. */
export const allowedMethods = (app: Hono<AppEnvironment>, path: string): readonly string[] => {
  const taken = methods.filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  )
  return taken.includes('GET') ? ['HEAD', ...taken] : taken
}

/** API paths answer in Cloudflare's envelope; everything else in plain text, as Cloudflare's image hosts do. */
const isApi = (path: string): boolean => /^\/(client|batch|upload|session)(\/|$)/.test(path)

/**
 * Answers a failure. What somebody outside caused is said to them; everything else is logged, and the answer tells
 * nothing of the inside.
 */
export const answerError = (context: AppContext, error: unknown, log: Log): Response => {
  const known = error instanceof AppError
  if (!known) log.error({ err: error, method: context.req.method, path: context.req.path }, 'A request failed')
  const { status, problem, headers }: WireError = known ? wireError(error) : internalError
  return isApi(context.req.path)
    ? context.json(failure(problem), status, { ...headers })
    : context.text(`ERROR ${problem.code}: ${problem.message}\n`, status, { ...headers })
}
