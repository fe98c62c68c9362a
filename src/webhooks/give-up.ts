import type { Clock } from '../domain/clock.ts'
import { tallyDead } from '../domain/tally.ts'
import type { Database } from '../store/database.ts'
import { readOverdue, settleDead } from '../store/deliveries.ts'
import type { Settle } from './settler.ts'

/** Deliveries looked at for one commit; more than all lanes together can have under way. */
const giveUpLimit = 1000

/**
 * Marks deliveries dead whose deadline has passed, in lanes of this owner; one whose attempt runs is left to that. One
 * batch; answers whether there may be more.
 */
export const giveUpOverdue = async (
  { database, clock, settle }: { readonly database: Database; readonly clock: Clock; readonly settle: Settle },
  owner: string,
  isTaken: (laneId: string, eventId: string) => boolean,
): Promise<boolean> => {
  const now = clock.now()
  const overdue = await readOverdue(database, owner, now, giveUpLimit)
  const given = overdue.filter((delivery) => !isTaken(delivery.laneId, delivery.eventId))
  const unit = given.map((delivery) =>
    settleDead(
      delivery,
      delivery.attemptCount,
      delivery.attemptCount === 0 ? 'never_attempted' : 'deadline_passed',
      now,
    ),
  )
  const tallies = given.map(({ endpointId, accountId }) => ({ endpointId, accountId, tally: tallyDead(1) }))
  if (unit.length > 0) await settle({ unit, tallies })
  return unit.length > 0 && overdue.length === giveUpLimit
}
