import type { Attempt, Delivery } from '../domain/delivery.ts'
import type { Log } from '../telemetry/log.ts'
import type { Decision } from './decide.ts'
import type { Lane } from './owned-lane.ts'
import { longOutageMs } from './recovery.ts'
import { runDelivery, type DeliveryParts } from './run-delivery.ts'
import { endpointHoldsMs, type OpenedEndpoint } from './opened-endpoint.ts'

/** One settled attempt, as those who watch are told of it. */
export type AttemptRecord = { readonly delivery: Delivery; readonly attempt: Attempt; readonly decision: Decision }

export type AttemptStarterParts = DeliveryParts & {
  readonly log: Log
  /** Attempts of all lanes at once. */
  readonly inFlightLimit: number
  /** Whether this worker may start attempts from a lane at this moment. */
  readonly mayStart: (laneId: string) => boolean
  /** Has a lane looked at: its endpoint read, its window filled. */
  readonly visit: (lane: Lane) => void
  /** Called when a delivery has let go of its lane and nothing has to be read. */
  readonly rest: (lane: Lane) => void
  /** Called when an attempt suspended its endpoint. */
  readonly suspended: (endpointId: string) => void
  /** Told of every settled attempt, after its commit. */
  readonly observe: (record: AttemptRecord) => void
  /** Told how many deliveries were given up without an attempt, after their commit. */
  readonly observeGivenUp: (count: number) => void
}

/** Starts attempts from the lanes that have something to send, each lane in its turn. */
export type AttemptStarter = {
  /** Says that a lane may have something to start, and starts what may be. */
  wake(lanes: Iterable<Lane>): void
  /** Forgets a lane that is no longer this worker's. */
  forget(lane: Lane): void
  /** Whether nothing of the lane's own keeps it from sending: it is active, has a free slot and is within its rate. */
  couldSend(lane: Lane): boolean
  /** Starts nothing more; resolves when nothing is under way. After `cutOff` attempts in flight are given back. */
  stop(cutOff: AbortSignal): Promise<void>
}

/** Attempts whose settling is waited for, before new ones are started. */
const unsettledLimit = 512

export const createAttemptStarter = (parts: AttemptStarterParts): AttemptStarter => {
  const { clock, inFlightLimit, log } = parts
  const ready = new Set<Lane>()
  const running = new Set<Promise<void>>()
  const abort = new AbortController()
  let inFlight = 0
  let stopped = false

  /** One lane after the other, until a limit or the end of the work is reached. */
  const pump = (): void => {
    while (!stopped && inFlight < inFlightLimit && running.size < unsettledLimit) {
      const [lane] = ready
      if (!lane) return
      ready.delete(lane)
      if (startOne(lane)) ready.add(lane)
    }
  }

  /**
   * Whether a lane has a free slot. It may hold as many as are free for others, so that a few endpoints that hang cannot
   * take all.
   */
  const hasSlot = (lane: Lane): boolean => {
    const held = lane.inFlight.size
    return held < lane.cap.current() && held < inFlightLimit - inFlight
  }

  /** Sets the lane's timer; nothing is started now. */
  const wakeIn = (lane: Lane, waitMs: number): false => {
    lane.cancelWait?.()
    lane.cancelWait = clock.after(waitMs, () => {
      lane.cancelWait = undefined
      ready.add(lane)
      pump()
    })
    return false
  }

  /** Starts one attempt of a lane, if it may; answers whether the lane may have more to start. */
  const startOne = (lane: Lane): boolean => {
    const { opened } = lane
    if (!opened || lane.gone || lane.leaving || lane.queue.waitingCount() === 0) return false
    if (!hasSlot(lane) || !parts.mayStart(lane.id)) return false
    const pauseMs = lane.pause.waitMs()
    if (pauseMs > 0) return wakeIn(lane, pauseMs)
    if (clock.monotonic() - opened.readAt > endpointHoldsMs) {
      parts.visit(lane)
      return false
    }
    const waitMs = lane.ramp.take() || lane.pacer.take()
    if (waitMs > 0) return wakeIn(lane, waitMs)
    const delivery = lane.queue.take()
    if (!delivery) return false
    lane.stuckSince = undefined
    const run = deliver(lane, opened, delivery)
    running.add(run)
    void run.finally(() => {
      running.delete(run)
      pump()
    })
    return true
  }

  const deliver = async (lane: Lane, opened: OpenedEndpoint, delivery: Delivery): Promise<void> => {
    const { eventId } = delivery
    inFlight += 1
    lane.inFlight.add(eventId)
    const begun = lane.pause.begin()
    const landed = (): void => {
      if (!lane.inFlight.delete(eventId)) return
      inFlight -= 1
      ready.add(lane)
    }
    try {
      const run = await runDelivery(parts, delivery, opened, abort.signal, (succeeded) => {
        if (!succeeded) {
          lane.cap.failed()
          lane.pause.failed(begun)
          // A lane that fails keeps its slot until the failure is settled, so that it cannot flood the database.
          return
        }
        lane.cap.succeeded()
        if (lane.pause.end() >= longOutageMs) lane.ramp.start()
        landed()
        pump()
      })
      landed()
      lane.queue.release(eventId, run.again)
      if (run.suspended) parts.suspended(lane.endpointId)
      if (run.record) parts.observe({ delivery, ...run.record })
      if (run.outcome === 'given_up') parts.observeGivenUp(1)
      // What was given back is found by the next round over the lanes, not at once: nothing has changed yet.
      if (run.outcome === 'given_back') return
    } catch (err) {
      landed()
      lane.queue.release(eventId)
      log.error({ err, eventId, endpointId: lane.endpointId }, 'A delivery could not be settled; it is sent again.')
      return
    }
    if (lane.queue.wantsRead(clock.now())) parts.visit(lane)
    else parts.rest(lane)
  }

  return {
    wake(lanes) {
      for (const lane of lanes) ready.add(lane)
      pump()
    },
    forget(lane) {
      ready.delete(lane)
      lane.cancelWait?.()
      lane.cancelWait = undefined
    },
    couldSend: (lane) =>
      lane.opened !== undefined &&
      !lane.leaving &&
      lane.cancelWait === undefined &&
      lane.inFlight.size < lane.cap.current() &&
      inFlight < inFlightLimit,
    async stop(cutOff) {
      stopped = true
      if (cutOff.aborted) abort.abort()
      else cutOff.addEventListener('abort', () => abort.abort(), { once: true })
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}
