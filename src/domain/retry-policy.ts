const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** What governs when a delivery is tried again and when it is given up. */
export type RetryPolicy = {
  /** Delays in milliseconds, each counted from the end of the attempt before. One attempt more than there are delays. */
  readonly scheduleMs: readonly number[]
  /** How long after its event, or its replay, a delivery is given up; milliseconds. */
  readonly giveUpAfterMs: number
}

/** The guide's five retries and a tail that fills its 24 hours: ten attempts, the last due 23 h 21 m after the first. */
export const defaultRetryPolicy: RetryPolicy = {
  scheduleMs: [0, minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, 2 * hourMs, 4 * hourMs, 8 * hourMs, 8 * hourMs],
  giveUpAfterMs: 24 * hourMs,
}
