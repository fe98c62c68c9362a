import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { onTestFinished } from 'vitest'
import type { IssuedCertificate } from './authority.ts'
import type { Reaction } from './reactions.ts'
import { answer } from './reactions.ts'

/** A request as it arrived. */
export type ReceivedRequest = {
  readonly method: string
  /** With the query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: IncomingMessage['headers']
  /** Names and values in turn, as they were written. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
  /** The body as UTF-8. */
  text(): string
}

/** Says how to react to a request; `index` counts from 0 over all requests. */
export type Respond = (request: ReceivedRequest, index: number) => Reaction | Promise<Reaction>

/** The other end of a webhook, programmable: an HTTP server on 127.0.0.1 that keeps what it receives. */
export type Receiver = {
  /** `http://127.0.0.1:<port>` or `https://…`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Everything that came in whole, oldest first. */
  readonly received: readonly ReceivedRequest[]
  /** The next request that `next` has not handed out yet; waits for it. Rejects when the receiver closes first. */
  next(): Promise<ReceivedRequest>
  /** Reacts like this from now on. */
  respondWith(reaction: Reaction | { each: Respond }): void
  /** TCP connections made so far, whether a request came over them or not. */
  readonly connectionCount: number
  /** TCP connections open now. */
  readonly openConnectionCount: number
  /** Breaks off every connection and stops; nothing stays open. */
  close(): Promise<void>
}

export type ReceiverWish = {
  /** Speak TLS with this certificate. */
  tls?: IssuedCertificate
  /** Default: 200 with the body `ok`. */
  respond?: Respond
  /** Default: any free one. */
  port?: number
}

/** Starts a receiver that the caller closes. */
export const startReceiver = async (wish: ReceiverWish = {}): Promise<Receiver> => {
  const received: ReceivedRequest[] = []
  const waiting: { resolve(request: ReceivedRequest): void; reject(error: Error): void }[] = []
  let respond: Respond = wish.respond ?? (() => answer(200, 'ok'))
  let handedOut = 0
  let connectionCount = 0
  let openConnectionCount = 0

  const take = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const request: ReceivedRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      rawHeaders: incoming.rawHeaders,
      body: new Uint8Array(body),
      text: () => body.toString('utf8'),
    }
    const index = received.push(request) - 1
    const waiter = waiting.shift()
    if (waiter) {
      handedOut += 1
      waiter.resolve(request)
    }
    const react = await respond(request, index)
    react(response)
  }
  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    // A client that goes away in the middle of a request is what many tests are about.
    take(incoming, response).catch(() => response.destroy())
  }

  const server = wish.tls ? createHttpsServer(wish.tls, onRequest) : createHttpServer(onRequest)
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => {
    connectionCount += 1
    openConnectionCount += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      openConnectionCount -= 1
      sockets.delete(socket)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wish.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  const { port } = address

  return {
    url: `${wish.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    received,
    next() {
      const ready = received[handedOut]
      if (ready) {
        handedOut += 1
        return Promise.resolve(ready)
      }
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    respondWith(reaction) {
      respond = typeof reaction === 'function' ? () => reaction : reaction.each
    },
    get connectionCount() {
      return connectionCount
    },
    get openConnectionCount() {
      return openConnectionCount
    },
    close: () =>
      new Promise((resolve) => {
        for (const { reject } of waiting.splice(0)) reject(new Error('The receiver closed while a test waited for it.'))
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** A receiver that closes when the present test ends, whatever its outcome. */
export const testReceiver = async (wish: ReceiverWish = {}): Promise<Receiver> => {
  const receiver = await startReceiver(wish)
  onTestFinished(() => receiver.close())
  return receiver
}
