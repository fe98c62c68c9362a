/**
 * Time, handed in. Nothing in the server asks the machine for the time or sets a timer in any other way, so a test
 * moves time by hand and needs no sleep.
 */
export type Clock = {
  /** The instant, in milliseconds since 1970 UTC. May step when the machine's clock is set. */
  now(): number
  /** Milliseconds from an arbitrary start. Never goes back; use it for durations and for one's own leases. */
  monotonic(): number
  /**
   * Calls `run` once, `delayMs` from now (0 = as soon as possible, after the present work). Answers a function that
   * cancels it; cancelling twice or too late does nothing. A timer does not keep the process alive.
   */
  after(delayMs: number, run: () => void): () => void
}

/** Node caps a timer at 2³¹−1 ms; a longer one would fire at once. */
const longestTimerMs = 2_147_483_647

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), longestTimerMs))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Resolves `delayMs` from now by the given clock, or as soon as the signal is aborted. */
export const sleep = (clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = (): void => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(delayMs, end)
    signal?.addEventListener('abort', end)
  })
