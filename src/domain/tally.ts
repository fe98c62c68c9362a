import type { Attempt } from './delivery.ts'
import { latencyBin, type LatencySketch } from './latency-sketch.ts'

/** What came of the attempts and deliveries of some time. Tallies add up. */
export type Tally = {
  readonly attempts: number
  /** Attempts that were answered with a 2xx. */
  readonly succeeded: number
  /** Attempts that were not, by kind: `status_3xx` … `status_5xx`, or the word of the network error. */
  readonly failures: Readonly<Record<string, number>>
  /** Deliveries that arrived. One that is replayed and arrives again counts again. */
  readonly deliveriesSucceeded: number
  /** Deliveries that were given up, those never attempted included. */
  readonly deliveriesDead: number
  /** How long the attempts took, failed ones too. */
  readonly latency: LatencySketch
}

export const emptyTally: Tally = {
  attempts: 0,
  succeeded: 0,
  failures: {},
  deliveriesSucceeded: 0,
  deliveriesDead: 0,
  latency: {},
}

const addCounts = (sum: Record<string, number>, counts: Readonly<Record<string, number>>): void => {
  for (const [key, count] of Object.entries(counts)) sum[key] = (sum[key] ?? 0) + count
}

/** The sum of tallies. */
export const sumTallies = (tallies: Iterable<Tally>): Tally => {
  const sum = { ...emptyTally, failures: {}, latency: {} }
  for (const tally of tallies) {
    sum.attempts += tally.attempts
    sum.succeeded += tally.succeeded
    sum.deliveriesSucceeded += tally.deliveriesSucceeded
    sum.deliveriesDead += tally.deliveriesDead
    addCounts(sum.failures, tally.failures)
    addCounts(sum.latency, tally.latency)
  }
  return sum
}

/** In a word, what went wrong with an attempt: `timeout`, `connect_refused` …, or the class of its status. */
export const failureKind = ({ status, error }: Pick<Attempt, 'status' | 'error'>): string => {
  if (error) return error.kind
  return status === null ? 'other' : `status_${Math.floor(status / 100)}xx`
}

/** One attempt and what became of its delivery: still `pending`, or over. */
export const tallyAttempt = (attempt: Attempt, fate: 'succeeded' | 'dead' | 'pending'): Tally => ({
  attempts: 1,
  succeeded: fate === 'succeeded' ? 1 : 0,
  failures: fate === 'succeeded' ? {} : { [failureKind(attempt)]: 1 },
  deliveriesSucceeded: fate === 'succeeded' ? 1 : 0,
  deliveriesDead: fate === 'dead' ? 1 : 0,
  latency: { [latencyBin(attempt.durationMs)]: 1 },
})

/** Deliveries given up without an attempt. */
export const tallyDead = (count: number): Tally => ({ ...emptyTally, deliveriesDead: count })

/** Share of attempts that succeeded, 0 to 1; null when there were none. */
export const successRate = ({ attempts, succeeded }: Tally): number | null =>
  attempts === 0 ? null : succeeded / attempts
