import { defaultSuspensionPolicy, type SuspensionPolicy } from '../domain/suspension-policy.ts'
import type { Notice } from '../store/database.ts'
import { readLanesWithWork, type OwnedLane } from '../store/lanes.ts'
import { createBackground } from './background.ts'
import { createAttemptStarter, type AttemptRecord, type AttemptStarterParts } from './attempt-starter.ts'
import { giveUpOverdue } from './give-up.ts'
import { createEventReader } from './event-reader.ts'
import { createHealthBook } from './health-book.ts'
import { createLeases } from './leases.ts'
import { createLane, type Lane } from './owned-lane.ts'
import type { DeliveryParts } from './run-delivery.ts'
import { createSettler } from './settler.ts'
import { visitLane, type VisitParts } from './visit-lane.ts'

export type WorkerParts = Omit<DeliveryParts, 'health' | 'readEvent' | 'settle' | 'suspension'> &
  VisitParts & {
    /** Default: after five days of failures, and on 410. */
    readonly suspension?: SuspensionPolicy
    /** Names this process in the leases; unique among all that share the database. */
    readonly owner: string
    /** Attempts of all lanes at once. Default 256. */
    readonly inFlightLimit?: number
    /** Default 30 000. */
    readonly leaseMs?: number
    /** Told of every settled attempt, after its commit. */
    readonly observe?: (record: AttemptRecord) => void
    /** Told how many deliveries were given up without an attempt, after their commit. */
    readonly observeGivenUp?: (count: number) => void
    /** Told how long each look for lanes to claim took. */
    readonly observeClaim?: (durationMs: number) => void
  }

export type Worker = {
  start(): Promise<void>
  /** Starts no more attempts, waits up to `graceMs` for those in flight, gives the others back, frees the lanes. */
  stop(graceMs: number): Promise<void>
  /** Whether an attempt of this delivery runs here now. */
  isInFlight(eventId: string, endpointId: string): boolean
  /** Attempts that run here now. */
  inFlightCount(): number
  /** What is wrong, as a sentence; undefined when deliveries flow. */
  problem(): string | undefined
}

/** All owned lanes are looked over once a second. */
const roundMs = 1000
/** Lanes looked over in one statement. */
const patrolSlice = 500
/** A lane that could send and has not for so long means that the worker is stuck. */
const stuckAfterMs = 60_000

/** Owns lanes and keeps them moving: finds work by notices, timers and rounds, and hands it to the starter. */
export const createWorker = (parts: WorkerParts): Worker => {
  const {
    database,
    clock,
    log,
    openedEndpoints,
    owner,
    inFlightLimit = 256,
    leaseMs = 30_000,
    observe = () => {},
    observeGivenUp = () => {},
    observeClaim = () => {},
  } = parts
  const leases = createLeases({ database, clock, owner, leaseMs })
  const settle = createSettler({ database, clock, owner })
  const background = createBackground(clock, (err, complaint) => log.error({ err }, complaint))
  const health = createHealthBook()
  const lanes = new Map<string, Lane>()
  /** Lanes that were lost while attempts of theirs were under way: if one comes back, those are still known. */
  const lingering = new Map<string, Lane>()
  let stopping = false
  let stopListening = (): void => {}
  let lastPatrolAt = clock.monotonic()

  /** Sets the timer for the next delivery that is due. */
  const rest = (lane: Lane): void => {
    lane.cancelTimer()
    const dueAt = lane.queue.nextDueAt()
    const now = clock.now()
    if (lane.gone && lane.queue.heldCount() === 0) lingering.delete(lane.id)
    // What is due but does not fit the window is read when the window has room, not by a timer.
    if (dueAt === undefined || stopping || lane.gone || (dueAt <= now && !lane.queue.wantsRead(now))) return
    lane.cancelTimer = clock.after(dueAt - now, () => visit(lane))
  }

  const visit = (lane: Lane): void => {
    if (lane.gone || lane.leaving || stopping) return
    if (lane.visit !== 'idle') {
      lane.visit = 'again'
      return
    }
    lane.visit = 'running'
    // One replayed by hand stands before those that wait already.
    if (lane.hurried) lane.queue.drop([2])
    const visited = visitLane(parts, lane).then(
      (fate) => {
        const again = leave(lane)
        if (fate === 'retired') forget(lane)
        // What the round saw as due may have been sent meanwhile.
        if (lane.queue.waitingCount() === 0) lane.stuckSince = undefined
        if (lane.hurried && !again) {
          lane.hurried = false
          lane.pause.skip()
          lane.queue.turnTo(2)
        }
        rest(lane)
        starter.wake([lane])
        if (again) visit(lane)
      },
      (error: unknown) => {
        leave(lane)
        lane.stuckSince ??= clock.monotonic()
        lane.queue.stale()
        throw error
      },
    )
    background.run(visited, 'A lane could not be read; it is looked at again within a second.')
  }

  /** Ends a visit; answers whether another was asked for meanwhile. */
  const leave = (lane: Lane): boolean => {
    const again = lane.visit === 'again'
    lane.visit = 'idle'
    return again
  }

  const endpointSuspended = (endpointId: string): void => {
    openedEndpoints.forget([endpointId])
    database.notify({ topic: 'endpoint', ids: [endpointId] })
  }

  const starterParts: AttemptStarterParts = {
    ...parts,
    readEvent: createEventReader(database),
    settle,
    health,
    suspension: parts.suspension ?? defaultSuspensionPolicy,
    inFlightLimit,
    observe,
    observeGivenUp,
    mayStart: leases.mayStart,
    visit,
    rest,
    suspended: endpointSuspended,
  }
  const starter = createAttemptStarter(starterParts)

  const forget = (lane: Lane): void => {
    lane.cancelTimer()
    lane.queue.drop()
    lane.opened = undefined
    starter.forget(lane)
    lane.gone = true
    if (lane.queue.heldCount() > 0) lingering.set(lane.id, lane)
    lanes.delete(lane.id)
    leases.forget(lane.id)
    // Another worker writes of it from now on.
    health.forget([lane.endpointId])
  }

  const takeUp = (claimed: readonly OwnedLane[]): void => {
    for (const { id, endpointId } of claimed) {
      const lane = lanes.get(id) ?? lingering.get(id) ?? createLane(id, endpointId, clock, parts.random)
      lingering.delete(id)
      lanes.set(id, lane)
      lane.gone = false
      lane.leaving = false
      lane.queue.stale()
      visit(lane)
    }
  }

  const claim = async (): Promise<void> => {
    const startedMs = clock.monotonic()
    for (let claimed = await leases.claim(); claimed.length > 0 && !stopping; claimed = await leases.claim())
      takeUp(claimed)
    observeClaim(clock.monotonic() - startedMs)
  }

  const renew = async (): Promise<void> => {
    const { lost, found } = await leases.renew()
    for (const id of lost) {
      const lane = lanes.get(id)
      if (lane) forget(lane)
    }
    takeUp(found)
    starter.wake(lanes.values())
  }

  /** Lets go of lanes beyond this worker's share: no more attempts from them, and when nothing is held they go. */
  const rebalance = async (): Promise<void> => {
    const surplus = await leases.surplus()
    const all = [...lanes.values()]
    const leaving = [...all.filter((lane) => lane.leaving), ...all.filter((lane) => !lane.leaving)].slice(0, surplus)
    for (const lane of all) lane.leaving = leaving.includes(lane)
    for (const lane of leaving) {
      lane.queue.drop()
      if (lane.queue.heldCount() > 0 || lane.visit !== 'idle') continue
      forget(lane)
      await leases.giveBack(lane.id)
    }
    starter.wake(lanes.values())
  }

  const giveUp = async (): Promise<void> => {
    const isTaken = (laneId: string, eventId: string): boolean => lanes.get(laneId)?.queue.isTaken(eventId) ?? false
    const giveUpParts = { database, clock, random: parts.random, settle, observeGivenUp }
    while (!stopping && (await giveUpOverdue(giveUpParts, owner, isTaken)));
  }

  /** Visits the lanes that have work, whatever notices were lost. */
  const patrol = async (): Promise<void> => {
    lastPatrolAt = clock.monotonic()
    for (let after: string | undefined = ''; after !== undefined && !stopping;) {
      const page: Awaited<ReturnType<typeof readLanesWithWork>> = await readLanesWithWork(
        database,
        owner,
        clock.now(),
        {
          after,
          limit: patrolSlice,
        },
      )
      for (const id of page.laneIds) {
        const lane = lanes.get(id)
        if (!lane) continue
        if (starter.couldSend(lane)) lane.stuckSince ??= clock.monotonic()
        lane.queue.stale()
        visit(lane)
      }
      after = page.next
      // Other work goes on between the slices.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  const hear = ({ topic, ids }: Notice): void => {
    if (topic === 'feed') return
    if (topic !== 'endpoint') {
      for (const id of ids) {
        const lane = lanes.get(id)
        if (!lane) continue
        lane.queue.stale([0, 2, 3])
        if (topic === 'hurry') lane.hurried = true
        visit(lane)
      }
      return
    }
    openedEndpoints.forget(ids)
    const changed = new Set(ids)
    for (const lane of lanes.values()) {
      if (!changed.has(lane.endpointId)) continue
      lane.queue.stale()
      visit(lane)
    }
    background.run(claim(), 'Lanes could not be claimed; it is tried again within a second.')
  }

  return {
    async start() {
      stopListening = database.listen(hear)
      background.repeat(roundMs, patrol, 'The lanes could not be looked over; it is tried again within a second.')
      background.repeat(roundMs, claim, 'Lanes could not be claimed; it is tried again within a second.')
      background.repeat(roundMs, giveUp, 'Overdue deliveries could not be given up; it is tried again within a second.')
      if (!database.exclusive)
        background.repeat(roundMs, rebalance, 'Lanes could not be shared out; it is tried again within a second.')
      background.repeat(leaseMs / 3, renew, 'Leases could not be renewed; it is tried again.')
      await claim()
    },
    async stop(graceMs) {
      stopping = true
      stopListening()
      for (const lane of lanes.values()) {
        lane.cancelTimer()
        starter.forget(lane)
      }
      const cutOff = new AbortController()
      const cancelGrace = clock.after(graceMs, () => cutOff.abort())
      await Promise.all([starter.stop(cutOff.signal), background.stop()])
      cancelGrace()
      await leases.release()
    },
    isInFlight(eventId, endpointId) {
      for (const lane of lanes.values()) if (lane.endpointId === endpointId && lane.inFlight.has(eventId)) return true
      return false
    },
    inFlightCount: () =>
      [...lanes.values(), ...lingering.values()].reduce((count, lane) => count + lane.inFlight.size, 0),
    problem() {
      if (clock.monotonic() - lastPatrolAt > stuckAfterMs) return 'The worker has not looked at its lanes for a minute.'
      for (const lane of lanes.values())
        if (lane.stuckSince !== undefined && clock.monotonic() - lane.stuckSince > stuckAfterMs)
          return `Deliveries to ${lane.endpointId} have not moved for over a minute.`
      return undefined
    },
  }
}
