import type { Clock } from '../domain/clock.ts'
import type { Database } from '../store/database.ts'
import {
  announceWorker,
  claimLanes,
  countShares,
  dismissWorker,
  hasFreeLane,
  releaseLane,
  releaseLanes,
  renewLanes,
  type OwnedLane,
} from '../store/lanes.ts'

/** Lanes taken in one statement. */
const claimLimit = 1000
/** Before its lease ends by this share, a lane starts no more attempts. */
const safetyShare = 0.1

/** Which lanes this worker owns. Only an owner sends from a lane. */
export type Leases = {
  /** Takes lanes that nobody owns, up to this worker's share; answers those that are new. */
  claim(): Promise<readonly OwnedLane[]>
  /** Prolongs all; answers the ids of lanes that were lost, and lanes that are ours without our having known. */
  renew(): Promise<{ readonly lost: readonly string[]; readonly found: readonly OwnedLane[] }>
  /** How many lanes this worker has more than its share. */
  surplus(): Promise<number>
  /** Whether an attempt may be started from this lane, by this machine's own clock. */
  mayStart(laneId: string): boolean
  /** Forgets a lane that was retired. */
  forget(laneId: string): void
  /** Gives a lane back from which nothing is under way, so that another worker takes it. */
  giveBack(laneId: string): Promise<void>
  /** Gives all back and says goodbye. */
  release(): Promise<void>
}

export type LeasesParts = {
  readonly database: Database
  readonly clock: Clock
  /** Names this worker among all that share the database. */
  readonly owner: string
  readonly leaseMs: number
}

export const createLeases = ({ database, clock, owner, leaseMs }: LeasesParts): Leases => {
  /** By lane: until when an attempt may be started, by the monotonic clock. */
  const owned = new Map<string, number>()
  /** Counted from before the statement was sent, so that our end of a lease is never later than the database's. */
  const untilFrom = (start: number): number => start + leaseMs * (1 - safetyShare)

  /** A database that nobody shares has one worker, and all lanes are its share. */
  const share = async (): Promise<number> => {
    if (database.exclusive) return Number.POSITIVE_INFINITY
    const { laneCount, workerCount } = await countShares(database)
    return Math.ceil(laneCount / Math.max(1, workerCount))
  }

  const announce = async (): Promise<void> => {
    if (!database.exclusive) await database.write([announceWorker(owner, leaseMs)])
  }

  let announced = false
  /** Lanes on their way back, which a renewal may still show as ours. */
  const releasing = new Set<string>()
  return {
    async claim() {
      if (!announced) await announce()
      announced = true
      if (!(await hasFreeLane(database))) return []
      const room = Math.min(claimLimit, (await share()) - owned.size)
      if (room <= 0) return []
      const start = clock.monotonic()
      const claimed = await claimLanes(database, owner, leaseMs, room)
      for (const lane of claimed) owned.set(lane.id, untilFrom(start))
      return claimed
    },
    async renew() {
      await announce()
      // A lane that is claimed while the statement runs is not among its rows, and is not lost.
      const before = [...owned.keys()]
      const start = clock.monotonic()
      const renewed = await renewLanes(database, owner, leaseMs)
      const ids = new Set(renewed.map(({ id }) => id))
      const lost = before.filter((id) => !ids.has(id) && owned.delete(id))
      const found = renewed.filter(({ id }) => !owned.has(id) && !releasing.has(id))
      for (const id of ids) if (!releasing.has(id)) owned.set(id, untilFrom(start))
      return { lost, found }
    },
    surplus: async () => Math.max(0, owned.size - (await share())),
    mayStart: (laneId) => clock.monotonic() < (owned.get(laneId) ?? Number.NEGATIVE_INFINITY),
    forget: (laneId) => void owned.delete(laneId),
    async giveBack(laneId) {
      owned.delete(laneId)
      releasing.add(laneId)
      try {
        await database.write([releaseLane(laneId, owner)])
      } finally {
        releasing.delete(laneId)
      }
    },
    async release() {
      owned.clear()
      await database.write([releaseLanes(owner), dismissWorker(owner)])
    },
  }
}
