import type { Clock } from '../domain/clock.ts'

/** Every body may take this long … */
const graceMs = 30_000
/** … and one second more for each of these that has arrived. */
const bytesPerSecond = 16 * 1024
const checkEveryMs = 5000

/** The longest that a body of a size may take, in milliseconds. */
export const allowedMs = (sizeBytes: number): number => graceMs + Math.round((sizeBytes / bytesPerSecond) * 1000)

/**
 * Watches a body arrive and calls `tooSlow` once when it falls behind; looks every five seconds. Call the function it
 * answers when the body is complete.
 */
export const keepPace = (
  clock: Clock,
  receivedBytes: () => number,
  tooSlow: (allowedMs: number) => void,
): (() => void) => {
  const startedMs = clock.monotonic()
  let cancel: () => void
  const check = (): void => {
    const allowed = allowedMs(receivedBytes())
    if (clock.monotonic() - startedMs > allowed) tooSlow(allowed)
    else cancel = clock.after(checkEveryMs, check)
  }
  cancel = clock.after(checkEveryMs, check)
  return () => cancel()
}
