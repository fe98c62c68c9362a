import type { Clock } from '../domain/clock.ts'
import type { Vetted } from './address-book.ts'
import { createAddressBook } from './address-book.ts'
import type { BodySink, Exchanged, ResponseHeader } from './exchange.ts'
import { exchange } from './exchange.ts'
import type { ForwardProxy } from './forward-proxy.ts'
import type { AddressPolicy } from './ip-ranges.ts'
import type { NetworkErrorKind, NetworkFailure } from './network-error.ts'
import { failureOf, mayTryNextAddress } from './network-error.ts'
import { createOriginPools } from './origin-pools.ts'
import { isSendable } from './request-check.ts'
import type { Resolver } from './resolver.ts'
import type { Stop } from './stop.ts'
import { createStop } from './stop.ts'

/** One HTTP request. All times are milliseconds. */
export type SendRequest = {
  /** `https:` or `http:`; user information and fragment are not sent. */
  readonly url: URL
  readonly method: string
  /** Checked already; a malformed or reserved one makes the whole request `request_invalid`. */
  readonly headers: Readonly<Record<string, string>>
  /** Sent byte for byte; empty = no body. */
  readonly body: Uint8Array
  /** Everything together, from the look-up to the last byte read. Default 30 000. */
  readonly timeoutMs?: number
  /** Looking up the name. Default 3 000. */
  readonly dnsTimeoutMs?: number
  /** Connecting and the TLS handshake, over all addresses that are tried. Default 5 000. */
  readonly connectTimeoutMs?: number
  /** Bytes of the answer's body that are read and kept. Default 16 384. */
  readonly maxResponseBytes?: number
  /** Takes the body as it comes instead of `responseBody`, where it wants it. */
  readonly sink?: BodySink
  readonly signal?: AbortSignal
}

/** How long each part took; undefined for a part that did not happen (a name that was known, a connection that stood). */
export type SendTimings = {
  dnsMs: number | undefined
  /** TCP and TLS, for the address that was used last. */
  connectMs: number | undefined
  /** From the request being written to the status arriving. */
  ttfbMs: number | undefined
  totalMs: number | undefined
}

/** What came of a request. Exactly one of `status` and `error` is set: any status, a redirect too, is an answer. */
export type SendResult = {
  /** The address that was connected to, or tried last; undefined when none was. */
  address: string | undefined
  status: number | undefined
  error: NetworkFailure | undefined
  /** In the order and spelling they came in; at most 16 KiB together. */
  responseHeaders: readonly ResponseHeader[]
  /** As it came over the wire: never decompressed. */
  responseBody: Uint8Array
  /** Whether the answer had, or may have had, more bytes than `responseBody` holds or the sink was given. */
  truncated: boolean
  timings: SendTimings
}

/** A client for addresses that strangers choose. */
export type GuardedClient = {
  /** Sends one request. Every outcome on the network is a result; it never rejects. */
  send(request: SendRequest): Promise<SendResult>
  /** Takes no more requests, waits for those in flight, then closes every connection. */
  close(): Promise<void>
  /** Ends what is in flight (`client_closed`) and closes every connection. */
  destroy(): Promise<void>
}

export type GuardedClientParts = {
  clock: Clock
  resolver: Resolver
  policy: AddressPolicy
  /** Certificates (PEM) of authorities trusted besides the system's: a company's own, a test's. */
  tlsAuthorities?: readonly string[]
  /** Connections to one origin at one address; more requests wait for one. Unlimited when absent. */
  connectionsPerOrigin?: number
  /** The operator's own, through which every request goes. Names are still looked up and judged here. */
  proxy?: ForwardProxy | undefined
}

/** Addresses of one name that are tried before giving up, so that each gets a fair share of the time. */
const mostAddressesTried = 4

/**
 * The one way out to targets that others configure. A name is resolved, **all** its addresses are judged, and the
 * connection goes to a judged address itself, so a second, different answer of the name server changes nothing. Redirects
 * are not followed, answers are read up to a limit and never decompressed, and proxies named in the environment are
 * ignored on purpose: a proxy that is asked for a name resolves it by itself and would go around the check. One that is
 * handed in is asked for judged addresses only.
 */
export const createGuardedClient = (parts: GuardedClientParts): GuardedClient => {
  const { clock } = parts
  const book = createAddressBook(parts)
  const pools = createOriginPools(parts)
  const inFlight = new Set<Stop>()
  let closed = false
  let onIdle: (() => void) | undefined
  let draining: Promise<void> | undefined

  const attempt = async (request: SendRequest, stop: Stop, startedMs: number): Promise<SendResult> => {
    const known = book.find(request.url.hostname)
    let vetted: Vetted
    let dnsMs: number | undefined
    if (known instanceof Promise) {
      vetted = await inTime(known, clock, request.dnsTimeoutMs ?? 3000, stop)
      dnsMs = clock.monotonic() - startedMs
    } else vetted = known
    // No address and no time: where a target lies inside the network must not show in how it is refused.
    if (!vetted.ok && vetted.kind === 'forbidden_address') return failed('forbidden_address')
    if (!vetted.ok) return failed(vetted.kind, { dnsMs, totalMs: clock.monotonic() - startedMs })

    const addresses = pools.ordered(request.url, vetted.addresses).slice(0, mostAddressesTried)
    const connectUntilMs = clock.monotonic() + (request.connectTimeoutMs ?? 5000)
    let result: SendResult | undefined
    for (const [index, address] of addresses.entries()) {
      const exchanged = await exchange({
        clock,
        stop,
        pool: pools.at(request.url, address),
        options: dispatchOptions(request),
        connectTimeoutMs: Math.max(0, connectUntilMs - clock.monotonic()) / (addresses.length - index),
        maxResponseBytes: request.maxResponseBytes ?? 16_384,
        sink: request.sink,
      })
      result = finished(exchanged, address, dnsMs, clock.monotonic() - startedMs)
      const { error, written } = exchanged
      if (!error || written || stop.reason || addresses.length === 1 || !mayTryNextAddress(error.kind)) break
      pools.retire(request.url, address)
    }
    return result ?? failed('connect_failed')
  }

  const drained = (): Promise<void> =>
    (draining ??= new Promise((resolve) => {
      onIdle = resolve
      if (inFlight.size === 0) resolve()
    }))

  return {
    async send(request) {
      if (closed) return failed('client_closed')
      if (!isSendable(request)) return failed('request_invalid')
      const stop = createStop(clock, request.timeoutMs ?? 30_000, request.signal)
      inFlight.add(stop)
      try {
        return await attempt(request, stop, clock.monotonic())
      } finally {
        stop.release()
        inFlight.delete(stop)
        if (inFlight.size === 0) onIdle?.()
      }
    },
    async close() {
      closed = true
      await drained()
      await pools.close()
    },
    async destroy() {
      closed = true
      for (const stop of inFlight) stop.stop('client_closed')
      await drained()
      await pools.destroy()
    },
  }
}

const dispatchOptions = ({ url, method, headers, body }: SendRequest) => ({
  path: `${url.pathname}${url.search}`,
  method,
  headers,
  body: body.length === 0 ? null : body,
})

/** The look-up's answer, or why it was not waited for any longer. */
const inTime = (lookUp: Promise<Vetted>, clock: Clock, timeoutMs: number, stop: Stop): Promise<Vetted> =>
  new Promise((resolve) => {
    const cancelTimer = clock.after(timeoutMs, () => resolve({ ok: false, kind: 'dns_timeout' }))
    const settle = (vetted: Vetted): void => {
      cancelTimer()
      resolve(vetted)
    }
    stop.whenStopped(({ kind }) => settle({ ok: false, kind }))
    void lookUp.then(settle)
  })

const failed = (kind: NetworkErrorKind, timings: Partial<SendTimings> = {}): SendResult => ({
  address: undefined,
  status: undefined,
  error: failureOf(kind),
  responseHeaders: [],
  responseBody: new Uint8Array(),
  truncated: false,
  timings: { dnsMs: undefined, connectMs: undefined, ttfbMs: undefined, totalMs: undefined, ...timings },
})

const finished = (
  { status, error, headers, body, truncated, connectMs, ttfbMs }: Exchanged,
  address: string,
  dnsMs: number | undefined,
  totalMs: number,
): SendResult => ({
  address,
  status,
  error: error && failureOf(error.kind),
  responseHeaders: headers,
  responseBody: body,
  truncated,
  timings: { dnsMs, connectMs, ttfbMs, totalMs },
})
