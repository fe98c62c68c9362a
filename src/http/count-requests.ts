import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Clock } from '../domain/clock.ts'
import { secondsBuckets, type Metrics } from '../telemetry/metrics.ts'
import type { AppEnvironment } from './environment.ts'

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Whose route nobody declared: what clients send has no end, so it counts as one. */
const nowhere = 'none'

/** A route's template without the patterns of its parameters. */
const templateOf = (route: string): string =>
  route === '' || route === '/*' ? nowhere : route.replaceAll(/\{(?:[^{}]|\{[^{}]*\})*\}/g, '')

/** Calls `ended` once, when the body was read to its end or its reader went away. */
const whenEnded = (response: Response, ended: () => void): Response => {
  if (!response.body) {
    ended()
    return response
  }
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (value) controller.enqueue(value)
        if (!done) return
        ended()
        controller.close()
      } catch (error) {
        ended()
        controller.error(error)
      }
    },
    cancel(reason) {
      ended()
      return reader.cancel(reason)
    },
  })
  return new Response(body, response)
}

/**
 * Counts requests by the template of their route and the class of their status, times them to the answer's head, and
 * tells how many read server-sent events at present.
 */
export const countRequests = (metrics: Metrics, clock: Clock): MiddlewareHandler<AppEnvironment> => {
  const requests = metrics.counter('imagehooks_http_requests_total', 'Requests answered.', [
    'method',
    'route',
    'status',
  ])
  const seconds = metrics.histogram(
    'imagehooks_http_request_seconds',
    'From a request to the head of its answer.',
    secondsBuckets,
    ['route'],
  )
  let streamReaders = 0
  metrics.gauge('imagehooks_sse_readers', 'Readers of server-sent events at present.', () => streamReaders)
  return async (context, next) => {
    const startedMs = clock.monotonic()
    await next()
    const { status } = context.res
    const route = templateOf(routePath(context, -1))
    const method = methods.has(context.req.method) ? context.req.method : 'other'
    requests.add({ method, route, status: `${Math.floor(status / 100)}xx` })
    seconds.observe({ route }, (clock.monotonic() - startedMs) / 1000)
    if (context.res.headers.get('content-type')?.startsWith('text/event-stream') !== true) return
    streamReaders += 1
    let ended = false
    context.res = whenEnded(context.res, () => {
      if (!ended) streamReaders -= 1
      ended = true
    })
  }
}
