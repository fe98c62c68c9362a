import type { Clock } from '../domain/clock.ts'
import { createLaneQueue, widestWindow, type LaneQueue } from './lane-queue.ts'
import { createInFlightCap, createPacer, healthyInFlight, type InFlightCap, type Pacer } from './pace.ts'
import type { OpenedEndpoint } from './opened-endpoint.ts'

/** A lane of this worker: its queue, and how fast its endpoint may be sent to. */
export type Lane = {
  readonly id: string
  readonly endpointId: string
  readonly queue: LaneQueue
  /** Event ids whose attempts run now. */
  readonly inFlight: Set<string>
  /** The endpoint as it was last read, while it is active; undefined: nothing is sent. */
  opened: OpenedEndpoint | undefined
  cap: InFlightCap
  pacer: Pacer
  /** Since when the endpoint is known to be removed, by the monotonic clock. */
  removedSince: number | undefined
  /** Its secrets or headers cannot be opened with the master key. */
  unreadable: boolean
  visit: 'idle' | 'running' | 'again'
  /** Its rate is used up: a timer wakes it. */
  paced: boolean
  /** It is no longer this worker's: nothing is started, read or waited for. */
  gone: boolean
  /** Since when it can neither be read nor sent from although it should, by the monotonic clock. */
  stuckSince: number | undefined
  /** Another worker shall have it: no more attempts are started, and it goes when nothing is held. */
  leaving: boolean
  /** Cancels the timer for the next delivery that is due. */
  cancelTimer: () => void
}

/** A lane that fails needs few deliveries at hand; one that is healthy is not to wait for reads. */
const windowOf = (cap: InFlightCap): number => Math.min(widestWindow, Math.max(16, 4 * cap.current()))

export const createLane = (id: string, endpointId: string, clock: Clock): Lane => {
  const lane: Lane = {
    id,
    endpointId,
    queue: createLaneQueue(clock, () => windowOf(lane.cap)),
    inFlight: new Set(),
    opened: undefined,
    cap: createInFlightCap(healthyInFlight),
    pacer: createPacer(null, clock),
    removedSince: undefined,
    unreadable: false,
    visit: 'idle',
    paced: false,
    gone: false,
    stuckSince: undefined,
    leaving: false,
    cancelTimer: () => {},
  }
  return lane
}

/** Takes over what the endpoint says now; its limits start anew only when they changed. */
export const applyEndpoint = (lane: Lane, opened: OpenedEndpoint, clock: Clock): void => {
  const before = lane.opened?.endpoint
  const { maxConcurrency, rateLimit, state } = opened.endpoint
  if (!before || before.maxConcurrency !== maxConcurrency)
    lane.cap = createInFlightCap(Math.min(maxConcurrency ?? healthyInFlight, healthyInFlight))
  if (!before || before.rateLimit !== rateLimit) {
    lane.pacer = createPacer(rateLimit, clock)
    lane.paced = false
  }
  lane.opened = state === 'active' ? opened : undefined
  if (state !== 'active') lane.queue.drop()
}
