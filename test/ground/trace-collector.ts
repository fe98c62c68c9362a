import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: z.array(attribute),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).optional(),
})

/** What an OTLP/HTTP exporter posts in JSON, as far as tests look at it. */
const traces = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
})

export type CollectedSpan = z.infer<typeof span>

/** An OTLP/HTTP collector on a socket of its own; it ends with the test. */
export const traceCollector = async () => {
  const spans: CollectedSpan[] = []
  const resources: string[] = []
  let status = 200
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      if (request.url === '/v1/traces' && status === 200)
        for (const { resource, scopeSpans } of traces.parse(body).resourceSpans) {
          resources.push(JSON.stringify(resource))
          spans.push(...scopeSpans.flatMap((scope) => scope.spans))
        }
      response.writeHead(request.url === '/v1/traces' ? status : 404, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    spans,
    /** What the senders said of themselves. */
    resources,
    /** Answers with this status from now on; 400 takes nothing and is not tried again. */
    answerWith(next: number): void {
      status = next
    },
  }
}
