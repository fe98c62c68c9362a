import type { Clock } from '../domain/clock.ts'
import type { Random } from '../domain/random.ts'

/** The pause after the second failure in a row; it doubles with each one that follows. */
const firstPauseMs = 50
const longestPauseMs = 4000
/** Added at most, as a share of the pause, so that lanes that failed together do not come back together. */
const pauseJitter = 0.5

/** What a lane waits between attempts while all of them fail. */
export type FailurePause = {
  /** Milliseconds until the next attempt may start; 0 = now. */
  waitMs(): number
  /** Says that an attempt begins. What it answers belongs into `failed`: attempts that ran side by side count as one. */
  begin(): number
  failed(begun: number): void
  /**
   * Ends the row of failures, after a success or when the endpoint has become another; answers for how long there was
   * nothing else, 0 when the last attempt had not failed.
   */
  end(): number
  /** Lets the next attempt start at once; the failures stay counted. */
  skip(): void
}

/**
 * Nothing after the first failure, then a pause that grows from 50 ms to four seconds, half as much again with the jitter.
 * An endpoint that refuses everything would else be attempted as fast as the database can record it.
 */
export const createFailurePause = (clock: Clock, random: Pick<Random, 'fraction'>): FailurePause => {
  let rounds = 0
  let since = 0
  let until = Number.NEGATIVE_INFINITY
  return {
    waitMs: () => Math.max(0, Math.ceil(until - clock.monotonic())),
    begin: () => rounds,
    failed(begun) {
      if (begun !== rounds) return
      if (rounds === 0) since = clock.monotonic()
      rounds += 1
      if (rounds === 1) return
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (rounds - 2))
      until = clock.monotonic() + pauseMs * (1 + pauseJitter * random.fraction())
    },
    end() {
      const failedMs = rounds === 0 ? 0 : clock.monotonic() - since
      rounds = 0
      until = Number.NEGATIVE_INFINITY
      return failedMs
    },
    skip() {
      until = Number.NEGATIVE_INFINITY
    },
  }
}

/** Failing for so long makes an outage, after which the rate starts low as well. */
export const longOutageMs = 60_000
const rampFirstPerSecond = 10
const rampDoublesEveryMs = 5000
/** What no endpoint notices any more: the ramp is over. */
const rampLastPerSecond = 5000

/** Keeps those who waited out an outage from arriving all at once. */
export type Ramp = {
  start(): void
  /** Takes leave for one attempt; 0 when it may start now, else the milliseconds until one may. */
  take(): number
}

/** From ten attempts a second, twice as many every five seconds; no limit after 45 seconds, nor before it was started. */
export const createRamp = (clock: Clock): Ramp => {
  let startedAt: number | undefined
  let tokens = 0
  let at = 0
  return {
    start() {
      startedAt = clock.monotonic()
      at = startedAt
      tokens = 1
    },
    take() {
      if (startedAt === undefined) return 0
      const now = clock.monotonic()
      const perSecond = rampFirstPerSecond * 2 ** ((now - startedAt) / rampDoublesEveryMs)
      if (perSecond > rampLastPerSecond) {
        startedAt = undefined
        return 0
      }
      // Room for what a timer that is late by a tenth of a second has to catch up.
      tokens = Math.min(Math.max(1, perSecond / 10), tokens + ((now - at) * perSecond) / 1000)
      at = now
      if (tokens >= 1) {
        tokens -= 1
        return 0
      }
      return Math.ceil(((1 - tokens) * 1000) / perSecond)
    },
  }
}
