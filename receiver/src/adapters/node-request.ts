import type { IncomingMessage } from 'node:http'
import type { Bytes } from '../crypto/mac.ts'
import { withoutBody } from './receive.ts'

/** A request of Node, and what frameworks upon it add. */
export type NodeRequest = IncomingMessage & {
  /** The path as it came, where a router has cut a part off (Express). */
  originalUrl?: string
  /** What a parser left: its bytes serve, all else does not. */
  body?: unknown
  /** The bytes beside a parsed body, as some platforms keep them. */
  rawBody?: unknown
}

/** The bytes that others have read, where they kept them as bytes. */
const keptBytes = ({ rawBody, body }: NodeRequest): Bytes | undefined => {
  for (const kept of [rawBody, body]) if (kept instanceof Uint8Array) return new Uint8Array(kept)
  return undefined
}

/** The body as it comes. To stop reading it does not break the connection, on which the answer must still go out. */
const streamOf = (incoming: IncomingMessage): ReadableStream<Uint8Array> => {
  const chunks = incoming.iterator({ destroyOnReturn: false })
  return new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await chunks.return?.()
        // The rest is thrown away as it comes, else the sender would never read the answer.
        incoming.resume()
      },
    },
    { highWaterMark: 0 },
  )
}

const headersOf = ({ rawHeaders }: IncomingMessage): Headers => {
  const headers = new Headers()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    // Those of HTTP/2 that begin with a colon are no headers.
    if (!name.startsWith(':')) headers.append(name, value)
  }
  return headers
}

/** Methods that a Request cannot have. They are refused like any that is not POST. */
const isUnspeakable = (method: string): boolean => ['CONNECT', 'TRACE', 'TRACK'].includes(method)

/**
 * A request of Node as one of the web, its body untouched. Its origin is always `http://localhost`: the Host header is
 * the sender's word. Where a body was read before and no bytes are kept, the request tells `fix`.
 */
export const toRequest = (incoming: NodeRequest, fix: string): Request => {
  const method = incoming.method ?? 'GET'
  const path = incoming.originalUrl ?? incoming.url ?? '/'
  const url = `http://localhost${path.startsWith('/') ? path : '/'}`
  const headers = headersOf(incoming)
  if (method !== 'POST') return new Request(url, { method: isUnspeakable(method) ? 'GET' : method, headers })
  const bytes = keptBytes(incoming)
  if (bytes) return new Request(url, { method, headers, body: bytes })
  if (incoming.readableDidRead) return withoutBody(new Request(url, { method, headers }), fix)
  // A streamed body needs `duplex`, which the type of a request's options does not know.
  const streamed = { method, headers, body: streamOf(incoming), duplex: 'half' }
  return new Request(url, streamed)
}
