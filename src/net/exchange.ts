import type { Dispatcher } from 'undici'
import type { Clock } from '../domain/clock.ts'
import type { NetworkError } from './network-error.ts'
import { exchangeErrorOf } from './network-error.ts'
import type { OriginPool } from './origin-pools.ts'
import type { Stop } from './stop.ts'

/** One header of an answer, as it was written; a repeated header appears repeatedly. */
export type ResponseHeader = readonly [name: string, value: string]

/** Takes a body piece by piece. A promise holds the other end back until it settles; a rejection ends the request. */
export type BodySink = {
  /** Said once, when the status has come: whether this body is wanted. Any other is read as if there were no sink. */
  wants(status: number, headers: readonly ResponseHeader[]): boolean
  /** How much of it all may be is the taker's to know. */
  take(chunk: Uint8Array): void | Promise<void>
}

/** One request over one pool. */
export type ExchangeParts = {
  clock: Clock
  pool: OriginPool
  stop: Stop
  options: Dispatcher.DispatchOptions
  connectTimeoutMs: number
  maxResponseBytes: number
  sink?: BodySink | undefined
}

/** What came of it. Exactly one of `status` and `error` is set. */
export type Exchanged = {
  status: number | undefined
  error: NetworkError | undefined
  /** Whether the request may have left the machine; when it did not, another address may be tried. */
  written: boolean
  headers: readonly ResponseHeader[]
  body: Uint8Array
  /** Whether the answer had, or may have had, more bytes than `body` holds. */
  truncated: boolean
  connectMs: number | undefined
  ttfbMs: number | undefined
}

/**
 * Sends one request and reads its answer up to the limit. The status decides: once it has arrived, a body that is too
 * long, too slow or cut off is only truncated, and the connection is dropped instead of being read to its end.
 */
export const exchange = ({ clock, pool, stop, options, connectTimeoutMs, maxResponseBytes, sink }: ExchangeParts) =>
  new Promise<Exchanged>((resolve) => {
    let controller: Dispatcher.DispatchController | undefined
    let giveUpConnecting: ((reason: NetworkError) => void) | undefined
    let settled = false
    let status: number | undefined
    let headers: readonly ResponseHeader[] = []
    let body: Uint8Array = nothing
    let wanted: BodySink | undefined
    let startedMs = 0
    let connectMs: number | undefined
    let ttfbMs: number | undefined

    const outcome = (error: NetworkError | undefined, truncated: boolean): Exchanged => {
      settled = true
      return { status, error, written: controller !== undefined, headers, body, truncated, connectMs, ttfbMs }
    }

    const end = (error: NetworkError): void => {
      if (settled) return
      resolve(status === undefined ? outcome(error, false) : outcome(undefined, true))
    }

    stop.whenStopped((reason) => {
      end(reason)
      if (controller) controller.abort(reason)
      else giveUpConnecting?.(reason)
    })
    if (stop.reason) return

    const cutOff = (started: Dispatcher.DispatchController): void => {
      if (!settled) resolve(outcome(undefined, true))
      started.abort(new Error('No more of the answer is wanted.'))
    }

    const handOn = (started: Dispatcher.DispatchController, { take }: BodySink, chunk: Buffer): void => {
      const taking = take(chunk)
      if (!taking) return
      started.pause()
      taking.then(
        () => started.resume(),
        () => cutOff(started),
      )
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        if (settled) return started.abort(stop.reason ?? new Error('The request was given up before it was sent.'))
        controller = started
        startedMs = clock.monotonic()
      },
      onResponseStart({ rawHeaders }, statusCode) {
        // Answers below 200 announce the real one (RFC 9110 §15.2).
        if (settled || statusCode < 200) return
        status = statusCode
        ttfbMs = clock.monotonic() - startedMs
        headers = headerPairs(rawHeaders)
        if (sink?.wants(statusCode, headers)) wanted = sink
      },
      onResponseData(started, chunk) {
        if (settled) return
        if (wanted) return handOn(started, wanted, chunk)
        const room = maxResponseBytes - body.length
        body = joined(body, chunk.length > room ? chunk.subarray(0, room) : chunk)
        if (chunk.length <= room) return
        resolve(outcome(undefined, true))
        started.abort(new Error('The answer is longer than what is kept of it.'))
      },
      onResponseEnd() {
        if (settled) return
        const exchanged = outcome(undefined, false)
        // The connection is free again two turns later; whoever sends next on hearing of this answer shall find it so.
        queueMicrotask(() => setImmediate(resolve, exchanged))
      },
      onResponseError(_started, error) {
        end(exchangeErrorOf(error))
      },
    }

    pool.dispatch(options, handler, {
      connectTimeoutMs,
      connecting(giveUp) {
        giveUpConnecting = giveUp
      },
      connected(tookMs) {
        connectMs = tookMs
      },
    })
  })

const nothing = new Uint8Array()

/** Copies, because a chunk is a window on a buffer many times its size. */
const joined = (before: Uint8Array, chunk: Uint8Array): Uint8Array => {
  const all = new Uint8Array(before.length + chunk.length)
  all.set(before)
  all.set(chunk, before.length)
  return all
}

const headerPairs = (raw: Dispatcher.DispatchController['rawHeaders']): ResponseHeader[] => {
  const pairs: ResponseHeader[] = []
  if (!Array.isArray(raw)) return pairs
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([latin1(raw[index]), latin1(raw[index + 1])])
  return pairs
}

const latin1 = (text: Buffer | string | undefined): string =>
  typeof text === 'string' ? text : (text?.toString('latin1') ?? '')
