import { createAdaptorServer } from '@hono/node-server'
import { IncomingMessage, Server } from 'node:http'
import { isIPv6 } from 'node:net'
import type { Clock } from '../domain/clock.ts'
import type { App } from './app.ts'

export type ListenOptions = {
  readonly app: App
  readonly host: string
  /** 0 = any free one. */
  readonly port: number
  readonly clock: Clock
}

/** The app behind a port. */
export type Listener = {
  /** Where it can be reached from this machine, without a slash at its end. */
  readonly url: string
  readonly port: number
  /** Takes no more connections, lets running requests finish for up to `graceMs` (default 10 s), then breaks them off. */
  close(graceMs?: number): Promise<void>
}

/** Thrown when the address cannot be had; the sentence says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

const timeouts = {
  /** To send a request's head: against clients that drip. */
  headersTimeout: 20_000,
  /** For a whole request; the slowest upload that keeps its pace takes a little over twelve minutes. */
  requestTimeout: 15 * 60_000,
  /** Longer than the minute after which common proxies let an idle connection go, so that theirs is the first end. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
}

const sentences: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use; stop the other program, or choose another port with --port (0 is any free one)',
  EACCES: 'needs more rights than this user has; choose a port above 1023 with --port',
  EADDRNOTAVAIL: 'is not an address of this machine; choose another with --host',
  ENOTFOUND: 'is not a host this machine knows; choose another with --host',
}

const listenError = (cause: Error, host: string, port: number): ListenError => {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  return new ListenError(`${host}:${port} ${sentences[code] ?? `cannot be listened on (${cause.message})`}.`, { cause })
}

/** An address that everybody listens on is none that can be called. */
const reachable = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return isIPv6(host) ? `[${host}]` : host
}

/**
 * Opens a port for the app.
 * @throws ListenError when the address is taken, forbidden or unknown.
 */
export const listen = async ({ app, host, port, clock }: ListenOptions): Promise<Listener> => {
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => app.fetch(request, incoming instanceof IncomingMessage ? { incoming } : {}),
    serverOptions: timeouts,
    // HTTP/1.0 has no Host header, and simple load balancers still speak it; HTTP/1.1 without one is refused by Node.
    hostname: 'localhost',
  })
  if (!(server instanceof Server)) throw new Error('The adaptor made a server that is not of node:http.')
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)))
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')

  let closing: Promise<void> | undefined
  // A kept connection becomes idle a moment after its answer; while the server closes nobody else would end it.
  server.on('request', (_, response) => {
    response.once('close', () => {
      if (closing) setImmediate(() => server.closeIdleConnections())
    })
  })
  const closeNow = (graceMs: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(graceMs, () => server.closeAllConnections())
      server.close(() => {
        cancel()
        resolve()
      })
    })

  return {
    url: `http://${reachable(host)}:${address.port}`,
    port: address.port,
    close: (graceMs = 10_000) => (closing ??= closeNow(graceMs)),
  }
}
