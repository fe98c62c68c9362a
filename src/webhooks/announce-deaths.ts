import { type Delivery, type DeliveryReason, deliveryId } from '../domain/delivery.ts'
import { newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import { announceDeath, announceDeaths, type Occurrence } from '../store/announcements.ts'
import type { Statement, Unit } from '../store/database.ts'

const occurrenceOf = (last: Delivery, count: number, at: number, random: Random, reason: string): Occurrence => ({
  id: newId('ann', at, random),
  kind: 'delivery.dead',
  endpointId: last.endpointId,
  count,
  at,
  details: { reason, deliveryId: deliveryId(last.eventId, last.endpointId) },
})

/** Says that a delivery was given up; stands behind the statement that does it. */
export const deathOf = (delivery: Delivery, reason: DeliveryReason, at: number, random: Random): Statement =>
  announceDeath(occurrenceOf(delivery, 1, at, random, reason), delivery.eventId)

/**
 * Says that these were given up: one statement for each endpoint, however many there are. Ordered by endpoint, so that
 * two processes do not wait for each other. One that is replayed in that very moment is counted too.
 */
export const deathsOf = (deliveries: readonly Delivery[], at: number, random: Random): Unit => {
  const byEndpoint = Map.groupBy(deliveries, ({ endpointId }) => endpointId)
  return [...byEndpoint]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, dead]) => {
      const last = dead.at(-1)
      return last ? [announceDeaths(occurrenceOf(last, dead.length, at, random, 'deadline_passed'))] : []
    })
}
