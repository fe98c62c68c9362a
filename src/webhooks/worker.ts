import type { Attempt, Delivery } from '../domain/delivery.ts'
import type { Notice } from '../store/database.ts'
import { createLane, type Lane } from './owned-lane.ts'
import { giveUpOverdue } from './give-up.ts'
import { createLeases } from './leases.ts'
import type { Decision } from './decide.ts'
import { readLanesWithWork, type OwnedLane } from '../store/lanes.ts'
import { runDelivery, type DeliveryParts } from './run-delivery.ts'
import { visitLane, type VisitParts } from './visit-lane.ts'
import { targetHoldsMs, type Target } from './target.ts'

/** One settled attempt, as those who watch are told of it. */
export type AttemptRecord = { readonly delivery: Delivery; readonly attempt: Attempt; readonly decision: Decision }

export type WorkerParts = DeliveryParts &
  VisitParts & {
    /** Names this process in the leases; unique among all that share the database. */
    readonly owner: string
    /** Attempts of all lanes at once. Default 256. */
    readonly inFlightLimit?: number
    /** Default 30 000. */
    readonly leaseMs?: number
    /** Told of every settled attempt, after its commit. */
    readonly observe?: (record: AttemptRecord) => void
  }

export type Worker = {
  start(): Promise<void>
  /** Starts no more attempts, waits up to `graceMs` for those in flight, gives the others back, frees the lanes. */
  stop(graceMs: number): Promise<void>
  /** Whether an attempt of this delivery runs here now. */
  isInFlight(eventId: string, endpointId: string): boolean
  /** What is wrong, as a sentence; undefined when deliveries flow. */
  problem(): string | undefined
}

/** All owned lanes are looked over once a second. */
const roundMs = 1000
/** Lanes looked over in one statement. */
const patrolSlice = 500
/** A delivery that is due for longer than this, in a lane that could send it, means that the worker is stuck. */
const stuckAfterMs = 60_000
/** Attempts whose settling is waited for, before new ones are started. */
const unsettledLimit = 512

export const createWorker = (parts: WorkerParts): Worker => {
  const { database, clock, log, targets, inFlightLimit = 256, leaseMs = 30_000 } = parts
  const leases = createLeases({ database, clock, owner: parts.owner, leaseMs })
  const lanes = new Map<string, Lane>()
  const ready = new Set<Lane>()
  const running = new Set<Promise<void>>()
  const abort = new AbortController()
  let inFlight = 0
  let stopping = false
  let stopTimers: (() => void)[] = []
  let lastPatrolAt = clock.monotonic()

  const failed = (what: string) => (error: unknown) => log.error({ err: error }, what)

  const arm = (lane: Lane): void => {
    lane.cancelTimer()
    const dueAt = lane.queue.nextDueAt()
    const now = clock.now()
    // What is due but does not fit the window is read when the window has room, not by a timer.
    if (dueAt === undefined || stopping || (dueAt <= now && !lane.queue.wantsRead(now))) return
    lane.cancelTimer = clock.after(dueAt - now, () => visit(lane))
  }

  const visit = (lane: Lane): void => {
    if (lane.leaving) return
    if (stopping || lane.visit !== 'idle') {
      lane.visit = 'again'
      return
    }
    lane.visit = 'running'
    visitLane(parts, lane)
      .then((fate) => {
        if (fate === 'retired') forget(lane)
      })
      .catch(failed('A lane could not be read; it is looked at again within a second.'))
      .finally(() => {
        const again = lane.visit === 'again'
        lane.visit = 'idle'
        ready.add(lane)
        arm(lane)
        pump()
        if (again) visit(lane)
      })
  }

  const forget = (lane: Lane): void => {
    lane.cancelTimer()
    lane.queue.drop()
    lane.target = undefined
    ready.delete(lane)
    lanes.delete(lane.id)
    leases.forget(lane.id)
  }

  /** Starts attempts, one lane after the other, until a limit or the end of the work is reached. */
  const pump = (): void => {
    while (!stopping && inFlight < inFlightLimit && running.size < unsettledLimit) {
      const [lane] = ready
      if (!lane) return
      ready.delete(lane)
      if (startOne(lane)) ready.add(lane)
    }
  }

  /** Starts one attempt of a lane, if it may; answers whether the lane may have more to start. */
  const startOne = (lane: Lane): boolean => {
    const { target } = lane
    if (!target || lane.leaving || lane.inFlight.size >= lane.cap.current() || !leases.mayStart(lane.id)) return false
    if (lane.queue.waitingCount() === 0) return false
    if (clock.monotonic() - target.readAt > targetHoldsMs) {
      visit(lane)
      return false
    }
    const waitMs = lane.pacer.take()
    if (waitMs > 0) {
      clock.after(waitMs, () => {
        ready.add(lane)
        pump()
      })
      return false
    }
    const delivery = lane.queue.take()
    if (!delivery) return false
    const run = deliver(lane, target, delivery)
    running.add(run)
    void run.finally(() => {
      running.delete(run)
      pump()
    })
    return true
  }

  const deliver = async (lane: Lane, target: Target, delivery: Delivery): Promise<void> => {
    const { eventId } = delivery
    inFlight += 1
    lane.inFlight.add(eventId)
    const landed = (): void => {
      if (!lane.inFlight.delete(eventId)) return
      inFlight -= 1
      ready.add(lane)
    }
    try {
      const run = await runDelivery(parts, delivery, target, abort.signal, (succeeded) => {
        landed()
        if (succeeded) lane.cap.succeeded()
        else lane.cap.failed()
        pump()
      })
      landed()
      lane.queue.release(eventId, run.again)
      if (run.suspended) endpointsChanged([lane.endpointId])
      if (run.record) parts.observe?.({ delivery, ...run.record })
      // What was given back is found by the next round over the lanes, not at once: nothing has changed yet.
      if (run.outcome === 'given_back') return
    } catch (err) {
      landed()
      lane.queue.release(eventId)
      log.error({ err, eventId, endpointId: lane.endpointId }, 'A delivery could not be settled; it is sent again.')
      return
    }
    if (lane.queue.wantsRead(clock.now())) visit(lane)
    else arm(lane)
  }

  const endpointsChanged = (ids: readonly string[]): void => {
    targets.forget(ids)
    database.notify({ topic: 'endpoint', ids })
  }

  const takeUp = (claimed: readonly OwnedLane[]): void => {
    for (const { id, endpointId } of claimed) {
      const lane = lanes.get(id) ?? createLane(id, endpointId, clock)
      lanes.set(id, lane)
      lane.leaving = false
      lane.queue.stale()
      visit(lane)
    }
  }

  const claim = async (): Promise<void> => takeUp(await leases.claim())

  const renew = async (): Promise<void> => {
    const { lost, found } = await leases.renew()
    for (const id of lost) {
      const lane = lanes.get(id)
      if (lane) forget(lane)
    }
    takeUp(found)
    for (const lane of lanes.values()) ready.add(lane)
    pump()
  }

  /** Lets go of lanes beyond this worker's share: no more attempts from them, and when nothing is held they go. */
  const rebalance = async (): Promise<void> => {
    const leaving = [...lanes.values()].filter((lane) => lane.leaving)
    const surplus = await leases.surplus()
    for (const lane of leaving.slice(surplus)) {
      lane.leaving = false
      ready.add(lane)
    }
    for (const lane of [...lanes.values()]
      .filter((each) => !each.leaving)
      .slice(0, Math.max(0, surplus - leaving.length)))
      lane.leaving = true
    for (const lane of lanes.values()) {
      if (!lane.leaving) continue
      lane.queue.drop()
      if (lane.queue.heldCount() > 0 || lane.visit !== 'idle') continue
      forget(lane)
      await leases.giveBack(lane.id)
    }
    pump()
  }

  const hear = (notice: Notice): void => {
    if (stopping) return
    if (notice.topic === 'lane') {
      for (const id of notice.ids) {
        const lane = lanes.get(id)
        if (!lane) continue
        lane.queue.stale([0, 2])
        visit(lane)
      }
      return
    }
    targets.forget(notice.ids)
    const changed = new Set(notice.ids)
    for (const lane of lanes.values()) {
      if (!changed.has(lane.endpointId)) continue
      lane.queue.stale()
      visit(lane)
    }
    claim().catch(failed('Lanes could not be claimed; it is tried again within a second.'))
  }

  const giveUp = async (): Promise<void> => {
    const holds = (laneId: string, eventId: string): boolean => lanes.get(laneId)?.queue.holds(eventId) ?? false
    while (!stopping && (await giveUpOverdue(database, clock, parts.owner, holds)));
  }

  /** Calls `work` every `everyMs`, never twice at once. */
  const repeat = (everyMs: number, work: () => Promise<void>, complaint: string): void => {
    let cancel = (): void => {}
    let busy = false
    const next = (): void => {
      if (stopping) return
      cancel = clock.after(everyMs, next)
      if (busy) return
      busy = true
      work()
        .catch(failed(complaint))
        .finally(() => {
          busy = false
        })
    }
    cancel = clock.after(everyMs, next)
    stopTimers.push(() => cancel())
  }

  /** Visits the lanes that have work, whatever notices were lost. */
  const patrol = async (): Promise<void> => {
    lastPatrolAt = clock.monotonic()
    let after: string | undefined = ''
    while (after !== undefined && !stopping) {
      const { laneIds, next }: Awaited<ReturnType<typeof readLanesWithWork>> = await readLanesWithWork(
        database,
        parts.owner,
        clock.now(),
        { after, limit: patrolSlice },
      )
      for (const id of laneIds) {
        const lane = lanes.get(id)
        if (!lane) continue
        lane.queue.stale()
        visit(lane)
      }
      after = next
      // Other work goes on between the slices.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return {
    async start() {
      stopTimers.push(database.listen(hear))
      repeat(roundMs, patrol, 'The lanes could not be looked over; it is tried again within a second.')
      repeat(roundMs, claim, 'Lanes could not be claimed; it is tried again within a second.')
      repeat(roundMs, giveUp, 'Overdue deliveries could not be given up; it is tried again within a second.')
      if (!database.exclusive)
        repeat(roundMs, rebalance, 'Lanes could not be shared out; it is tried again within a second.')
      repeat(leaseMs / 3, renew, 'Leases could not be renewed; it is tried again.')
      await claim()
    },
    async stop(graceMs) {
      stopping = true
      for (const stopTimer of stopTimers) stopTimer()
      stopTimers = []
      for (const lane of lanes.values()) lane.cancelTimer()
      const cancelGrace = clock.after(graceMs, () => abort.abort())
      while (running.size > 0) await Promise.allSettled(running)
      cancelGrace()
      await leases.release()
    },
    isInFlight: (eventId, endpointId) => {
      for (const lane of lanes.values()) if (lane.endpointId === endpointId && lane.inFlight.has(eventId)) return true
      return false
    },
    problem() {
      if (clock.monotonic() - lastPatrolAt > stuckAfterMs) return 'The worker has not looked at its lanes for a minute.'
      for (const lane of lanes.values()) {
        const oldest = lane.queue.oldestWaitingAt()
        if (!lane.target || oldest === undefined || lane.inFlight.size >= lane.cap.current()) continue
        if (lane.target.endpoint.rateLimit === null && clock.now() - oldest > stuckAfterMs)
          return `A delivery to ${lane.endpointId} is due for over a minute.`
      }
      return undefined
    },
  }
}
