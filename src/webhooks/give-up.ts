import type { Clock } from '../domain/clock.ts'
import type { Database } from '../store/database.ts'
import { readOverdue, settleDead } from '../store/deliveries.ts'

/** Deliveries looked at for one commit; more than all lanes together can have under way. */
const giveUpLimit = 1000

/**
 * Marks deliveries dead whose deadline has passed, in lanes of this owner; one whose attempt runs is
 * left to that. One batch; answers whether
 * there may be more.
 */
export const giveUpOverdue = async (
  database: Database,
  clock: Clock,
  owner: string,
  isTaken: (laneId: string, eventId: string) => boolean,
): Promise<boolean> => {
  const now = clock.now()
  const overdue = await readOverdue(database, owner, now, giveUpLimit)
  const unit = overdue
    .filter((delivery) => !isTaken(delivery.laneId, delivery.eventId))
    .map((delivery) =>
      settleDead(
        delivery,
        delivery.attemptCount,
        delivery.attemptCount === 0 ? 'never_attempted' : 'deadline_passed',
        now,
      ),
    )
  if (unit.length > 0) await database.write(unit)
  return unit.length > 0 && overdue.length === giveUpLimit
}
