import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import type { AppContext } from './environment.ts'

/**
 * The body of a request as a Node stream. Behind a port it is the connection's own, which saves two copies of every
 * byte; the rest of one that was not read to its end is the server's to drain.
 */
export const requestBody = (context: AppContext): Readable => {
  const { incoming } = context.env
  if (incoming) return incoming
  const { body } = context.req.raw
  return body ? Readable.fromWeb(ReadableStream.from(body)) : Readable.from([])
}
