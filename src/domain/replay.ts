/** What a replay takes: deliveries that are dead, those that succeeded, or events that have no delivery. */
export type ReplaySelection = 'dead' | 'succeeded' | 'missing'

export const replaySelections = ['dead', 'succeeded', 'missing'] as const satisfies readonly ReplaySelection[]

/** `running` → `finished`, or `canceled` by hand or because the endpoint was removed. */
export type ReplayState = 'running' | 'finished' | 'canceled'

export const replayStates = ['running', 'finished', 'canceled'] as const satisfies readonly ReplayState[]

/** A replay of many deliveries of one endpoint: durable, done bit by bit. */
export type Replay = {
  readonly id: string
  readonly accountId: string
  readonly endpointId: string
  readonly selection: ReplaySelection
  /** Events from this instant on … */
  readonly sinceAt: number
  /** … and before this one. */
  readonly untilAt: number
  readonly state: ReplayState
  /** The id of the last event looked at; it begins with the smallest id of `sinceAt`. */
  readonly cursor: string
  /** The time of that event. */
  readonly reachedAt: number
  /** How many were looked at. */
  readonly lookedCount: number
  /** How many of them were put back to pending, or got a delivery. */
  readonly replayedCount: number
  readonly createdAt: number
  readonly finishedAt: number | null
}
