import type { Clock } from '../domain/clock.ts'
import type { NetworkErrorKind } from './network-error.ts'
import { NetworkError } from './network-error.ts'

/** What can end a request from outside: its time, its caller, or the end of the client. */
export type Stop = {
  /** Why the request was stopped; undefined while it may go on. */
  readonly reason: NetworkError | undefined
  /** Has `run` called when the request is stopped (at once if it was). One at a time: a later call replaces it. */
  whenStopped(run: (reason: NetworkError) => void): void
  /** Stops the request; only the first reason counts. */
  stop(kind: NetworkErrorKind): void
  /** Ends the timer and forgets the signal; call it when the request is over. */
  release(): void
}

/** Stops by itself after `timeoutMs` by the clock (`timeout`) and when the signal aborts (`aborted`). */
export const createStop = (clock: Clock, timeoutMs: number, signal: AbortSignal | undefined): Stop => {
  let reason: NetworkError | undefined
  let act: ((reason: NetworkError) => void) | undefined
  const stop = (kind: NetworkErrorKind): void => {
    if (reason) return
    reason = new NetworkError(kind)
    act?.(reason)
  }
  const onAbort = (): void => stop('aborted')
  const cancelTimer = clock.after(timeoutMs, () => stop('timeout'))
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()
  return {
    get reason() {
      return reason
    },
    whenStopped(run) {
      act = run
      if (reason) run(reason)
    },
    stop,
    release() {
      act = undefined
      cancelTimer()
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
