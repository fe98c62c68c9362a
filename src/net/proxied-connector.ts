import { connect as connectTcp, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { buildConnector } from 'undici'
import { readTunnelAnswer, tunnelRequest, type ForwardProxy } from './forward-proxy.ts'
import { NetworkError, connectErrorOf } from './network-error.ts'
import { tlsOptionsOf, portOf, type PinnedConnectorParts } from './pinned-connector.ts'
import type { Resolver } from './resolver.ts'

export type ProxiedConnectorParts = PinnedConnectorParts & {
  readonly proxy: ForwardProxy
  /** Looks the proxy up; targets were looked up and judged before. */
  readonly resolver: Resolver
}

/**
 * Opens connections to one vetted address through a proxy. The proxy is asked for the literal address and resolves
 * nothing, so that what was judged here is where the tunnel leads; TLS is spoken with the target itself, by its name, and
 * the proxy sees no more than the address and the port.
 */
export const createProxiedConnector = (parts: ProxiedConnectorParts): buildConnector.connector => {
  const { clock, secureContext, target, proxy, resolver, defaultTimeoutMs } = parts
  const secure = target.url.protocol === 'https:'

  const proxyAddress = async (): Promise<string> => {
    if (isIP(proxy.host) > 0) return proxy.host
    const [first] = await resolver(proxy.host)
    if (!first) throw new NetworkError('proxy_unreachable')
    return first.address
  }

  const openProxy = (host: string): Socket => {
    const where = { host, port: proxy.port, autoSelectFamily: false }
    if (!proxy.secure) return connectTcp(where)
    return connectTls({
      ...where,
      secureContext: secureContext(),
      servername: isIP(proxy.host) > 0 ? '' : proxy.host,
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
    })
  }

  return (_options, callback) => {
    const owner = parts.owner()
    const startedMs = clock.monotonic()
    let stage: 'reaching' | 'asking' | 'greeting' = 'reaching'
    let settled = false
    const open: Socket[] = []

    const settle = (): boolean => {
      if (settled) return false
      settled = true
      cancelTimer()
      parts.opening.delete(giveUp)
      return true
    }
    const fail = (error: NetworkError): void => {
      if (!settle()) return
      for (const socket of open) socket.destroy()
      callback(error, null)
    }
    const giveUp = (reason: NetworkError): void => fail(reason)
    const cancelTimer = clock.after(owner?.connectTimeoutMs ?? defaultTimeoutMs, () =>
      fail(new NetworkError(stage === 'reaching' ? 'proxy_unreachable' : 'connect_timeout')),
    )
    /** The listener stays for the life of the socket: an error without one would end the process. */
    const keep = (socket: Socket): Socket => {
      open.push(socket)
      socket.on('error', (error) =>
        fail(
          stage === 'greeting'
            ? connectErrorOf(error, secure)
            : new NetworkError('proxy_unreachable', { cause: error }),
        ),
      )
      socket.on('close', () => fail(new NetworkError(stage === 'greeting' ? 'connect_failed' : 'proxy_unreachable')))
      return socket
    }
    const succeed = (socket: Socket): void => {
      if (!settle()) return
      owner?.connected(clock.monotonic() - startedMs)
      callback(null, socket)
    }

    const greet = (tunnel: Socket): void => {
      stage = 'greeting'
      if (!secure) return succeed(tunnel)
      const socket = keep(connectTls({ socket: tunnel, ...tlsOptionsOf(target, secureContext()) }))
      socket.once('secureConnect', () => succeed(socket))
    }

    const ask = (socket: Socket): void => {
      stage = 'asking'
      let answer = Buffer.alloc(0)
      const hear = (chunk: Buffer): void => {
        answer = Buffer.concat([answer, chunk])
        const outcome = readTunnelAnswer(answer)
        if (outcome === 'incomplete') return
        socket.off('data', hear)
        socket.pause()
        if (outcome === 'open') greet(socket)
        else fail(new NetworkError(outcome === 'refused' ? 'proxy_refused' : 'connect_failed'))
      }
      socket.on('data', hear)
      socket.write(tunnelRequest(proxy, target.address, portOf(target.url)))
    }

    parts.opening.add(giveUp)
    owner?.connecting(giveUp)
    proxyAddress().then(
      (address) => {
        if (settled) return
        const socket = keep(openProxy(address)).setNoDelay(true).setKeepAlive(true, 60_000)
        socket.once(proxy.secure ? 'secureConnect' : 'connect', () => ask(socket))
      },
      (cause: unknown) => fail(new NetworkError('proxy_unreachable', { cause })),
    )
  }
}
