import type { Clock } from '../domain/clock.ts'

/** The engine's own limit of attempts at once per lane. */
export const healthyInFlight = 64

/** How many attempts a lane may have in flight. */
export type InFlightCap = {
  current(): number
  succeeded(): void
  failed(): void
}

/**
 * Halves with every failure down to one, and grows by one after as many successes as it is wide: a failing endpoint
 * holds few slots and is not flooded when it comes back. Starts at `width`, which is the highest unless told.
 */
export const createInFlightCap = (highest: number, width: number = highest): InFlightCap => {
  let credit = 0
  return {
    current: () => width,
    succeeded() {
      if (width >= highest) return
      credit += 1
      if (credit < width) return
      credit = 0
      width += 1
    },
    failed() {
      credit = 0
      width = Math.max(1, Math.floor(width / 2))
    },
  }
}

/** Spreads attempts over time. */
export type Pacer = {
  /** Takes leave for one attempt; 0 when it may start now, else the milliseconds until one may. */
  take(): number
}

/**
 * A bucket of one second's tokens, or of `burst`, so that so much rest is caught up and no more. `perSecond` null = no
 * limit.
 */
export const createPacer = (perSecond: number | null, clock: Clock, burst?: number): Pacer => {
  if (perSecond === null) return { take: () => 0 }
  const capacity = Math.max(1, burst ?? perSecond)
  let tokens = capacity
  let at = clock.monotonic()
  return {
    take() {
      const now = clock.monotonic()
      tokens = Math.min(capacity, tokens + ((now - at) * perSecond) / 1000)
      at = now
      if (tokens >= 1) {
        tokens -= 1
        return 0
      }
      return Math.ceil(((1 - tokens) * 1000) / perSecond)
    },
  }
}

/** Pacers that are kept; the oldest gives way, and its key starts anew. */
const keptPacers = 10_000

/** One pacer for each key, made when it is first asked for. */
export const createPacers = (perSecond: number, burst: number, clock: Clock): ((key: string) => number) => {
  const pacers = new Map<string, Pacer>()
  return (key) => {
    const pacer = pacers.get(key) ?? createPacer(perSecond, clock, burst)
    pacers.delete(key)
    pacers.set(key, pacer)
    const [oldest] = pacers.keys()
    if (pacers.size > keptPacers && oldest !== undefined) pacers.delete(oldest)
    return pacer.take()
  }
}
