import type { Clock } from '../domain/clock.ts'
import type { Database } from '../store/database.ts'
import { claimLanes, hasFreeLane, releaseLanes, renewLanes, type OwnedLane } from '../store/lanes.ts'

/** Lanes taken in one statement. */
const claimLimit = 1000
/** Before its lease ends by this share, a lane starts no more attempts. */
const safetyShare = 0.1

/** Which lanes this worker owns. Only an owner sends from a lane. */
export type Leases = {
  /** Takes lanes that nobody owns; answers those that are new. */
  claim(): Promise<readonly OwnedLane[]>
  /** Prolongs all; answers the ids of lanes that were lost. */
  renew(): Promise<readonly string[]>
  /** Whether an attempt may be started from this lane, by this machine's own clock. */
  mayStart(laneId: string): boolean
  /** Forgets a lane that was retired. */
  forget(laneId: string): void
  /** Gives all back. */
  release(): Promise<void>
}

export const createLeases = (database: Database, clock: Clock, owner: string, leaseMs: number): Leases => {
  const owned = new Map<string, { readonly epoch: number; readonly until: number }>()
  /** Counted from before the statement was sent, so that our end of a lease is never later than the database's. */
  const untilFrom = (start: number): number => start + leaseMs * (1 - safetyShare)

  return {
    async claim() {
      if (!(await hasFreeLane(database))) return []
      const start = clock.monotonic()
      const claimed = await claimLanes(database, owner, leaseMs, claimLimit)
      for (const lane of claimed) owned.set(lane.id, { epoch: lane.epoch, until: untilFrom(start) })
      return claimed
    },
    async renew() {
      if (owned.size === 0) return []
      const start = clock.monotonic()
      const renewed = new Map((await renewLanes(database, owner, leaseMs)).map((lane) => [lane.id, lane.epoch]))
      const lost: string[] = []
      for (const id of owned.keys()) {
        const epoch = renewed.get(id)
        if (epoch === undefined) lost.push(id)
        else owned.set(id, { epoch, until: untilFrom(start) })
      }
      for (const id of lost) owned.delete(id)
      return lost
    },
    mayStart: (laneId) => clock.monotonic() < (owned.get(laneId)?.until ?? Number.NEGATIVE_INFINITY),
    forget: (laneId) => void owned.delete(laneId),
    async release() {
      owned.clear()
      await database.write([releaseLanes(owner)])
    },
  }
}
