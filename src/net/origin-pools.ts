import { createSecureContext, getCACertificates } from 'node:tls'
import type { SecureContext } from 'node:tls'
import type { Dispatcher } from 'undici'
import { Pool } from 'undici'
import type { Clock } from '../domain/clock.ts'
import { NetworkError } from './network-error.ts'
import type { ConnectionOwner } from './pinned-connector.ts'
import type { ForwardProxy } from './forward-proxy.ts'
import { createProxiedConnector } from './proxied-connector.ts'
import type { Resolver } from './resolver.ts'
import { createPinnedConnector } from './pinned-connector.ts'

/** The connections to one origin at one vetted address. */
export type OriginPool = {
  readonly address: string
  /** Sends over a free connection, or opens one on behalf of `owner`. The handler hears of every outcome. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, owner: ConnectionOwner): void
}

/** All pools of one client. */
export type OriginPools = {
  /** The addresses, those with a pool first: where a connection stood a moment ago is the best place to go again. */
  ordered(url: URL, addresses: readonly string[]): readonly string[]
  /** The pool of an origin at an address, made when it is missing. */
  at(url: URL, address: string): OriginPool
  /** Takes a pool out of use because its address does not answer; what is in flight on it goes on. */
  retire(url: URL, address: string): void
  /** Waits for what is in flight, then closes every connection. */
  close(): Promise<void>
  /** Closes every connection at once. */
  destroy(): Promise<void>
}

export type OriginPoolsParts = {
  clock: Clock
  /** Certificates (PEM) trusted besides the system's. */
  tlsAuthorities?: readonly string[] | undefined
  /** Connections to one origin at one address; more requests wait. Unlimited when absent. */
  connectionsPerOrigin?: number | undefined
  /** Through which every connection goes, and how it is looked up. */
  proxy?: ForwardProxy | undefined
  resolver: Resolver
}

/** An unused pool is closed after this long, in milliseconds. */
export const poolIdleMs = 60_000

/** Pools held at a time; the one not used for longest gives way. */
export const mostPools = 2000

/** A connection without requests is closed after this long: just under the 5 s at which many servers close theirs. */
const keepAliveMs = 4000

/** The longest idle time a server may ask for with its own `keep-alive` header. */
const longestKeepAliveMs = 60_000

/** What a connection may take that was opened for a request which found another place meanwhile. */
const ownerlessConnectMs = 5000

/** Names and values of an answer's headers together, in bytes. */
const mostHeaderBytes = 16_384

const keyOf = (url: URL, address: string): string => `${url.origin} ${address}`

type HeldPool = OriginPool & { readonly pool: Pool; usedMs: number }

/** Keeps the pools of undici, keyed by origin and address so that a connection is only ever reused where it was vetted. */
export const createOriginPools = (parts: OriginPoolsParts): OriginPools => {
  const { clock, connectionsPerOrigin, proxy, resolver } = parts
  const held = new Map<string, HeldPool>()
  /** Gives up a connection that is being set up; undici knows of a socket only when it stands. */
  const opening = new Set<(reason: NetworkError) => void>()
  const closing = new Map<Pool, Promise<void>>()
  const secureContext = createTlsTrust(parts.tlsAuthorities ?? [])
  let cancelSweep: (() => void) | undefined

  const make = (url: URL, address: string): HeldPool => {
    let owner: ConnectionOwner | undefined
    const connectorParts = {
      clock,
      secureContext,
      target: { url, address },
      owner: () => owner,
      opening,
      defaultTimeoutMs: ownerlessConnectMs,
    }
    const connect = proxy
      ? createProxiedConnector({ ...connectorParts, proxy, resolver })
      : createPinnedConnector(connectorParts)
    const pool = new Pool(url.origin, {
      connect,
      connections: connectionsPerOrigin ?? null,
      allowH2: false,
      // The clock that was handed in governs; undici's own timers would run on the machine's.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: longestKeepAliveMs,
      maxHeaderSize: mostHeaderBytes,
    })
    return {
      address,
      pool,
      usedMs: clock.monotonic(),
      dispatch(options, handler, forWhom) {
        // A pool that needs a new connection opens it within `dispatch`; that is how the connection finds its owner.
        owner = forWhom
        pool.dispatch(options, handler)
        owner = undefined
      },
    }
  }

  const remove = (key: string): void => {
    const pool = held.get(key)?.pool
    if (!pool || !held.delete(key)) return
    closing.set(
      pool,
      pool.close().finally(() => closing.delete(pool)),
    )
  }

  const removeOldest = (): void => {
    let oldest: [string, HeldPool] | undefined
    for (const entry of held) if (!oldest || entry[1].usedMs < oldest[1].usedMs) oldest = entry
    if (oldest) remove(oldest[0])
  }

  const sweep = (): void => {
    const unusedSinceMs = clock.monotonic() - poolIdleMs
    for (const [key, { pool, usedMs }] of held) if (usedMs <= unusedSinceMs && pool.stats.size === 0) remove(key)
    cancelSweep = held.size > 0 ? clock.after(poolIdleMs / 2, sweep) : undefined
  }

  const stopSweep = (): void => {
    cancelSweep?.()
    cancelSweep = undefined
  }

  return {
    ordered(url, addresses) {
      if (addresses.length === 1) return addresses
      const known = addresses.filter((address) => held.has(keyOf(url, address)))
      return [...known, ...addresses.filter((address) => !known.includes(address))]
    },
    at(url, address) {
      const key = keyOf(url, address)
      const found = held.get(key)
      if (found) {
        found.usedMs = clock.monotonic()
        return found
      }
      if (held.size >= mostPools) removeOldest()
      const made = make(url, address)
      held.set(key, made)
      cancelSweep ??= clock.after(poolIdleMs / 2, sweep)
      return made
    },
    retire: (url, address) => remove(keyOf(url, address)),
    async close() {
      stopSweep()
      for (const key of held.keys()) remove(key)
      await Promise.all(closing.values())
    },
    async destroy() {
      stopSweep()
      const pools = [...[...held.values()].map(({ pool }) => pool), ...closing.keys()]
      held.clear()
      for (const giveUp of opening) giveUp(new NetworkError('client_closed'))
      await Promise.all(pools.map((pool) => pool.destroy()))
    },
  }
}

/**
 * What TLS trusts: the system's authorities, and these (PEM) beside them. Reading the system's certificates takes
 * milliseconds, so it is done once, and not before TLS is needed.
 */
export const createTlsTrust = (authorities: readonly string[]): (() => SecureContext) => {
  let made: SecureContext | undefined
  return () =>
    (made ??= createSecureContext({
      minVersion: 'TLSv1.2',
      ...(authorities.length > 0 ? { ca: [...getCACertificates('default'), ...authorities] } : {}),
    }))
}
