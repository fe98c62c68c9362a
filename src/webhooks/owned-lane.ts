import type { Clock } from '../domain/clock.ts'
import type { Random } from '../domain/random.ts'
import { createLaneQueue, widestWindow, type LaneQueue } from './lane-queue.ts'
import { createInFlightCap, createPacer, healthyInFlight, type InFlightCap, type Pacer } from './pace.ts'
import type { OpenedEndpoint } from './opened-endpoint.ts'
import { createFailurePause, createRamp, type FailurePause, type Ramp } from './recovery.ts'

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
  readonly pause: FailurePause
  readonly ramp: Ramp
  /** The endpoint was suspended when it was last looked at. */
  suspended: boolean
  /** Somebody waits for a replay, or knows that the endpoint answers: the next attempt is not to wait for a pause. */
  hurried: boolean
  /** Since when the endpoint is known to be removed, by the monotonic clock. */
  removedSince: number | undefined
  /** Its secrets or headers cannot be opened with the master key. */
  unreadable: boolean
  visit: 'idle' | 'running' | 'again'
  /** Cancels the timer that wakes it when its rate or its pause allows the next attempt; undefined: none is set. */
  cancelWait: (() => void) | undefined
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

export const createLane = (id: string, endpointId: string, clock: Clock, random: Pick<Random, 'fraction'>): Lane => {
  const lane: Lane = {
    id,
    endpointId,
    queue: createLaneQueue(clock, () => windowOf(lane.cap)),
    inFlight: new Set(),
    opened: undefined,
    cap: createInFlightCap(healthyInFlight),
    pacer: createPacer(null, clock),
    pause: createFailurePause(clock, random),
    ramp: createRamp(clock),
    suspended: false,
    hurried: false,
    removedSince: undefined,
    unreadable: false,
    visit: 'idle',
    cancelWait: undefined,
    gone: false,
    stuckSince: undefined,
    leaving: false,
    cancelTimer: () => {},
  }
  return lane
}

/**
 * Takes over what the endpoint says now; its limits start anew only when they changed. What failed at another URL is
 * forgotten, and one that was suspended is taken up gently.
 */
export const applyEndpoint = (lane: Lane, opened: OpenedEndpoint, clock: Clock): void => {
  const before = lane.opened?.endpoint
  const { url, maxConcurrency, rateLimit, ordered, state } = opened.endpoint
  const active = state === 'active'
  const moved = before?.url !== url
  if (moved) lane.pause.end()
  lane.queue.keepOrder(ordered)
  if (moved || before.maxConcurrency !== maxConcurrency || before.ordered !== ordered) {
    const highest = ordered ? 1 : Math.min(maxConcurrency ?? healthyInFlight, healthyInFlight)
    lane.cap = createInFlightCap(highest, lane.suspended ? 1 : highest)
  }
  if (before?.rateLimit !== rateLimit) lane.pacer = createPacer(rateLimit, clock)
  if (active && lane.suspended) lane.ramp.start()
  lane.suspended = state === 'suspended'
  lane.opened = active ? opened : undefined
  if (!active) lane.queue.drop()
}
