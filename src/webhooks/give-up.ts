import type { Clock } from '../domain/clock.ts'
import type { Random } from '../domain/random.ts'
import { tallyDead } from '../domain/tally.ts'
import type { Database } from '../store/database.ts'
import { readOverdue, settleDead } from '../store/deliveries.ts'
import { deathsOf } from './announce-deaths.ts'
import type { Settle } from './settler.ts'

/** Deliveries looked at for one commit; more than all lanes together can have under way. */
const giveUpLimit = 1000

export type GiveUpParts = {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly settle: Settle
  /** Told how many were given up, after their commit. */
  readonly observeGivenUp: (count: number) => void
}

/**
 * Marks deliveries dead whose deadline has passed, in lanes of this owner; one whose attempt runs is left to that. One
 * batch; answers whether there may be more.
 */
export const giveUpOverdue = async (
  { database, clock, random, settle, observeGivenUp }: GiveUpParts,
  owner: string,
  isTaken: (laneId: string, eventId: string) => boolean,
): Promise<boolean> => {
  const now = clock.now()
  const overdue = await readOverdue(database, owner, now, giveUpLimit)
  const dead = overdue.filter((delivery) => !isTaken(delivery.laneId, delivery.eventId))
  if (dead.length === 0) return false
  const settled = dead.map((delivery) =>
    settleDead(
      delivery,
      delivery.attemptCount,
      delivery.attemptCount === 0 ? 'never_attempted' : 'deadline_passed',
      now,
    ),
  )
  const tallies = dead.map(({ endpointId, accountId }) => ({ endpointId, accountId, tally: tallyDead(1) }))
  await settle({ unit: [...settled, ...deathsOf(dead, now, random)], tallies })
  observeGivenUp(dead.length)
  return overdue.length === giveUpLimit
}
