import { connect as connectTcp } from 'node:net'
import type { Socket } from 'node:net'
import type { ConnectionOptions, SecureContext } from 'node:tls'
import { connect as connectTls } from 'node:tls'
import type { buildConnector } from 'undici'
import type { Clock } from '../domain/clock.ts'
import { literalAddress } from './ip-address.ts'
import { NetworkError, connectErrorOf } from './network-error.ts'

/** Who a connection is being opened for. */
export type ConnectionOwner = {
  /** What connecting and the TLS handshake may take together, in milliseconds. */
  readonly connectTimeoutMs: number
  /** Called when connecting begins, with a function that gives it up and closes the socket. */
  connecting(giveUp: (reason: NetworkError) => void): void
  /** Called when the connection stands, with what it took in milliseconds. */
  connected(tookMs: number): void
}

/** One place to connect to: a vetted address, and the host whose certificate must be shown there. */
export type PinnedTarget = { readonly url: URL; readonly address: string }

export type PinnedConnectorParts = {
  clock: Clock
  secureContext(): SecureContext
  target: PinnedTarget
  /** Asked once at the beginning of each connection. */
  owner(): ConnectionOwner | undefined
  /** Holds, while a connection is being set up, a function that gives it up and closes the socket. */
  opening: Set<(reason: NetworkError) => void>
  /** What connecting may take when nobody owns the connection (a request that waited for it went elsewhere). */
  defaultTimeoutMs: number
}

/** The port of a URL, also where it is the one of its scheme. */
export const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)

/** How TLS is spoken with a target: by the name in its URL, whatever address it has. */
export const tlsOptionsOf = ({ url }: PinnedTarget, secureContext: SecureContext): ConnectionOptions => ({
  secureContext,
  // RFC 6066 §3: a server name is a name, and is written without the dot at its end.
  servername: literalAddress(url.hostname) === undefined ? url.hostname.replace(/\.$/, '') : '',
  // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment does not turn verification off.
  rejectUnauthorized: true,
  ALPNProtocols: ['http/1.1'],
})

/**
 * Opens connections to one vetted address and no other. The socket is given the literal address, so no name is looked up
 * between the check and the connection; TLS still asks for the host's name and verifies the certificate against it.
 */
export const createPinnedConnector = (parts: PinnedConnectorParts): buildConnector.connector => {
  const { clock, secureContext, target, defaultTimeoutMs } = parts
  const secure = target.url.protocol === 'https:'
  const port = portOf(target.url)
  let session: Buffer | undefined

  const open = (): Socket => {
    const where = { host: target.address, port, autoSelectFamily: false }
    if (!secure) return connectTcp(where)
    const socket = connectTls({
      ...where,
      ...tlsOptionsOf(target, secureContext()),
      ...(session ? { session } : {}),
    })
    return socket.on('session', (fresh) => {
      session = fresh
    })
  }

  return (_options, callback) => {
    const owner = parts.owner()
    const startedMs = clock.monotonic()
    const socket = open().setNoDelay(true).setKeepAlive(true, 60_000)
    let reached = false
    let settled = false
    const cancelTimer = clock.after(owner?.connectTimeoutMs ?? defaultTimeoutMs, () =>
      socket.destroy(new NetworkError('connect_timeout')),
    )
    const giveUp = (reason: NetworkError): void => {
      if (!settled) socket.destroy(reason)
    }
    parts.opening.add(giveUp)
    const settle = (): boolean => {
      const first = !settled
      settled = true
      cancelTimer()
      parts.opening.delete(giveUp)
      return first
    }
    socket.once('connect', () => {
      reached = secure
    })
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      if (!settle()) return
      owner?.connected(clock.monotonic() - startedMs)
      callback(null, socket)
    })
    // Stays for the life of the socket: an error without a listener would end the process.
    socket.on('error', (error) => {
      if (settle()) callback(connectErrorOf(error, reached), null)
    })
    owner?.connecting(giveUp)
  }
}
