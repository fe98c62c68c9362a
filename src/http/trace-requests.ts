import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Tracing } from '../telemetry/tracing.ts'
import type { AppEnvironment } from './environment.ts'

/** Asked by machines every few seconds; a trace of each says nothing. */
const untraced = /^\/(?:health|metrics)(?:\/|$)/

/** A span for each request, going on from the caller's `traceparent`, up to the head of the answer. */
export const traceRequests =
  (tracing: Tracing): MiddlewareHandler<AppEnvironment> =>
  async (context, next) => {
    const { method, path } = context.req
    if (!tracing.enabled || untraced.test(path)) return next()
    const span = tracing.start(method, {
      kind: 'server',
      parent: context.req.header('traceparent'),
      attributes: { 'http.request.method': method, 'url.path': path },
    })
    try {
      await tracing.within(span, next)
    } finally {
      const { status } = context.res
      const route = routePath(context, -1)
      span.rename(`${method} ${route}`)
      span.set({ 'http.route': route, 'http.response.status_code': status })
      span.end(status >= 500 ? `answered ${status}` : undefined)
    }
  }
