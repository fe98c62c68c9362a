import type { Clock } from '../../src/domain/clock.ts'

/** A clock that stands still until a test moves it. */
export type FakeClock = Clock & {
  /** Moves time on by `ms`, running every timer that falls due, in order, at its own instant. */
  advance(ms: number): void
  /** Moves time to the next timer and runs it; answers the milliseconds moved, or undefined when no timer is set. */
  advanceToNext(): number | undefined
  /** Sets the wall clock without running timers, as an operator who corrects a machine's clock. */
  setNow(instantMs: number): void
  /** Timers that are set. */
  pendingCount(): number
}

type Timer = { dueMs: number; order: number; run: () => void }

/** Starts at `startMs` (default 2026-01-15T10:30:45.123Z). */
export const fakeClock = (startMs = Date.UTC(2026, 0, 15, 10, 30, 45, 123)): FakeClock => {
  let offsetMs = startMs
  let elapsedMs = 0
  let order = 0
  const timers = new Set<Timer>()
  const next = (): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) {
      if (!first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order))
        first = timer
    }
    return first
  }
  const fire = (timer: Timer): void => {
    timers.delete(timer)
    elapsedMs = Math.max(elapsedMs, timer.dueMs)
    timer.run()
  }
  return {
    now: () => offsetMs + elapsedMs,
    monotonic: () => elapsedMs,
    after(delayMs, run) {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), order: order++, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const untilMs = elapsedMs + ms
      for (let timer = next(); timer && timer.dueMs <= untilMs; timer = next()) fire(timer)
      elapsedMs = untilMs
    },
    advanceToNext() {
      const timer = next()
      if (!timer) return undefined
      const movedMs = Math.max(0, timer.dueMs - elapsedMs)
      fire(timer)
      return movedMs
    },
    setNow: (instantMs) => {
      offsetMs = instantMs - elapsedMs
    },
    pendingCount: () => timers.size,
  }
}
