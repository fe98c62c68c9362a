import { Hono } from 'hono'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { silentTracing, type Tracing } from '../telemetry/tracing.ts'
import type { Call } from './api-routes.ts'
import { authenticate, type AuthenticateParts } from './authenticate.ts'
import { countRequests } from './count-requests.ts'
import type { AppEnvironment, Bindings, Routes } from './environment.ts'
import { logRequests } from './log-requests.ts'
import { allowedMethods, answerError } from './refuse.ts'
import { securityHeaders } from './security-headers.ts'
import { traceRequests } from './trace-requests.ts'

/** Under this path a token of the account in it was required and found: `accountOf(context)` answers the account. */
export const accountPath = '/client/v4/accounts/:accountId'

/** Where the webhook routes stand. */
export const webhooksPath = `${accountPath}/images/v1/webhooks`

/**
 * A group of routes and its place. Each module exports one function, say `webhookRoutes(parts): ApiRoutes`, that declares
 * its calls with `createApi`, or plain `Routes` outside the account API, with paths relative to its place; `compose.ts`
 * mounts it as `{ at: webhooksPath, ...webhookRoutes(parts) }`.
 *
 * - Mounts stand in the order given; the first that matches answers. So what is fixed stands before `/{id}`.
 * - Under `accountPath` the account is authenticated already; nowhere else.
 * - A handler throws `AppError` for what somebody outside caused, and answers with `success(context, result)`. It needs
 *   no error handling of its own: unknown paths, wrong methods and all errors are answered here.
 */
export type Mount = { readonly at: string; readonly routes: Routes; readonly calls?: readonly Call[] }

export type AppParts = AuthenticateParts & {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Default: nothing is traced. */
  readonly tracing?: Tracing
  readonly mounts: readonly Mount[]
}

/** The app: `fetch` answers a request, with or without a port. */
export type App = { fetch(request: Request, bindings?: Bindings): Response | Promise<Response> }

/** Cloudflare's words for a path that leads nowhere. */
const nowhere = (path: string): AppError =>
  new AppError('route_not_found', `Could not route to ${path}, perhaps your object identifier is invalid?`)

/** The path as it was sent. Each segment is decoded once, after routing, so that an encoded slash stays in its segment. */
const rawPath = (request: Request): string => {
  const start = request.url.indexOf('/', request.url.indexOf('://') + 3)
  const end = request.url.slice(start).search(/[?#]/)
  return end === -1 ? request.url.slice(start) : request.url.slice(start, start + end)
}

/** Puts the routes together, with all that holds for every one of them. */
export const createApp = ({
  clock,
  log,
  metrics,
  tracing = silentTracing,
  mounts,
  ...authentication
}: AppParts): App => {
  const app = new Hono<AppEnvironment>({ getPath: rawPath })
  app.use(traceRequests(tracing))
  app.use(countRequests(metrics, clock))
  app.use(logRequests(log, clock))
  app.use(securityHeaders)
  app.use(`${accountPath}/*`, authenticate(authentication))
  for (const { at, routes } of mounts) app.route(at, routes)
  app.notFound((context) => {
    const path = context.req.path
    const methods = allowedMethods(app, path)
    if (methods.length === 0) return answerError(context, nowhere(path), log)
    const wrongMethod = new AppError('method_not_allowed', `This address takes ${methods.join(', ')} only.`)
    const response = answerError(context, wrongMethod, log)
    response.headers.set('allow', methods.join(', '))
    return response
  })
  app.onError((error, context) => answerError(context, error, log))
  return { fetch: (request, bindings = {}) => app.fetch(request, bindings) }
}
