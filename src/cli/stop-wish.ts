import type { Clock } from '../domain/clock.ts'

const stopSignals = { SIGINT: 2, SIGTERM: 15 } as const

export type StopSignal = keyof typeof stopSignals

/** What is needed of `process`. */
export type SignalSource = {
  on(signal: StopSignal, hear: (signal: StopSignal) => void): unknown
  off(signal: StopSignal, hear: (signal: StopSignal) => void): unknown
  exit(code: number): void
}

/**
 * A terminal and a supervisor tell a whole group, and npm passes on what its child has heard already: signals this close
 * together are one wish.
 */
const sameWishMs = 250

/** Somebody's wish that the process ends. */
export type StopWish = {
  /** Resolves with the first signal. */
  readonly asked: Promise<StopSignal>
  /** Listens no more: the stop is over. */
  done(): void
}

/**
 * Listens for SIGINT and SIGTERM. The first asks for an orderly stop; one more ends the process at once, with the exit
 * code of a process that was killed by it.
 */
export const listenForStop = (source: SignalSource, clock: Clock): StopWish => {
  const { promise: asked, resolve } = Promise.withResolvers<StopSignal>()
  let firstAtMs: number | undefined
  const hear = (signal: StopSignal): void => {
    const now = clock.monotonic()
    firstAtMs ??= now
    resolve(signal)
    if (now - firstAtMs >= sameWishMs) source.exit(128 + stopSignals[signal])
  }
  source.on('SIGINT', hear)
  source.on('SIGTERM', hear)
  return {
    asked,
    done() {
      source.off('SIGINT', hear)
      source.off('SIGTERM', hear)
    },
  }
}
