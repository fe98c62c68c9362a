import type { Delivery, DeliveryReason, DeliveryState, Tier } from '../domain/delivery.ts'
import type { Event } from '../domain/event.ts'
import type { Database, Row, Statement } from './database.ts'
import { number, numberOrNull, text, word, wordOrNull } from './row.ts'
import { pendingByDeadline, pendingByDue } from './pending-indexes.ts'

export const deliveryStates: readonly DeliveryState[] = ['pending', 'succeeded', 'dead', 'canceled']

export const deliveryReasons: readonly DeliveryReason[] = [
  'failed_attempt',
  'retry_after',
  'schedule_exhausted',
  'deadline_passed',
  'never_attempted',
  'endpoint_gone',
  'endpoint_disabled',
  'receiver_aborted',
  'endpoint_removed',
  'replayed',
]

const toTier = (row: Row): Tier => {
  const tier = number(row, 'tier')
  if (tier === 0 || tier === 1 || tier === 2 || tier === 3) return tier
  throw new Error(`Column "tier" holds ${tier}.`)
}

export const toDelivery = (row: Row): Delivery => ({
  eventId: text(row, 'event_id'),
  endpointId: text(row, 'endpoint_id'),
  accountId: text(row, 'account_id'),
  laneId: text(row, 'lane_id'),
  tier: toTier(row),
  state: word(row, 'state', deliveryStates),
  reason: wordOrNull(row, 'reason', deliveryReasons),
  dueAt: number(row, 'due_at'),
  giveUpAt: number(row, 'give_up_at'),
  step: number(row, 'step'),
  attemptCount: number(row, 'attempt_count'),
  revision: number(row, 'revision'),
  createdAt: number(row, 'created_at'),
  finishedAt: numberOrNull(row, 'finished_at'),
})

const columns = `event_id, endpoint_id, account_id, lane_id, tier, state, reason, due_at, give_up_at, step, attempt_count,
  revision, created_at, finished_at`

/** One delivery for each endpoint of the event's account that wants its type; answers the lanes they went to. */
export const appendDeliveries = (event: Event, giveUpAt: number): Statement => ({
  sql: `insert into delivery (${columns}, position)
        select $1, endpoint.id, endpoint.account_id, lane.id, case when endpoint.ordered = 1 then 3 else 0 end, 'pending',
          null, $2, $3, 0, 0, 1, $2, null, case when endpoint.ordered = 1 then 0 end
        from endpoint
        join endpoint_event_type on endpoint_event_type.endpoint_id = endpoint.id and endpoint_event_type.type = $4
        join lane on lane.endpoint_id = endpoint.id and lane.retired_at is null
        where endpoint.account_id = $5 and endpoint.deleted_at is null
        returning lane_id`,
  parameters: [event.id, event.createdAt, giveUpAt, event.type, event.accountId],
})

/** A delivery as it is: for a Test, which is recorded when it is over. */
export const insertDelivery = (delivery: Delivery): Statement => ({
  sql: `insert into delivery (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
  parameters: [
    delivery.eventId,
    delivery.endpointId,
    delivery.accountId,
    delivery.laneId,
    delivery.tier,
    delivery.state,
    delivery.reason,
    delivery.dueAt,
    delivery.giveUpAt,
    delivery.step,
    delivery.attemptCount,
    delivery.revision,
    delivery.createdAt,
    delivery.finishedAt,
  ],
  expect: 1,
})

/** The state and the tier stand as literals: bound, PostgreSQL's generic plan would not use the partial index. */
const refillSql = (tier: Tier): string =>
  `select ${columns} from delivery where lane_id = $1 and tier = ${tier} and ${pendingByDue} and due_at >= $2
   order by due_at, event_id limit $3`

const refillSqlByTier = { 0: refillSql(0), 1: refillSql(1), 2: refillSql(2) }

/** What has no place yet comes later in the feed than all that has one. */
const firstInOrderSql = `select ${columns} from delivery where lane_id = $1 and tier = 3 and state = 'pending'
   and position > 0 order by position limit 1`

/**
 * The next pending deliveries of one tier of a lane by due time, those not yet due included. Of tier 3 it is the first in
 * the order of the feed alone.
 */
export const readPending = async (
  database: Database,
  laneId: string,
  tier: Tier,
  page: { readonly dueFrom: number; readonly limit: number },
): Promise<readonly Delivery[]> =>
  (tier === 3
    ? await database.read(firstInOrderSql, [laneId])
    : await database.read(refillSqlByTier[tier], [laneId, page.dueFrom, page.limit])
  ).map(toDelivery)

/** Pending deliveries in lanes of that owner whose time is over, earliest deadline first. */
export const readOverdue = async (
  database: Database,
  owner: string,
  before: number,
  limit: number,
): Promise<readonly Delivery[]> =>
  (
    await database.read(
      `select ${columns.replaceAll(/\w+/g, 'delivery.$&')} from delivery join lane on lane.id = delivery.lane_id
       where ${pendingByDeadline} and delivery.give_up_at < $1 and lane.owner = $2
       order by delivery.give_up_at, delivery.event_id limit $3`,
      [before, owner, limit],
    )
  ).map(toDelivery)

/** After a 2xx. Needs no revision: what arrived has arrived, whatever was decided meanwhile. */
export const settleSucceeded = (delivery: Delivery, attemptCount: number, finishedAt: number): Statement => ({
  sql: `update delivery set state = 'succeeded', reason = null, attempt_count = $3, finished_at = $4, revision = revision + 1
        where event_id = $1 and endpoint_id = $2 and state in ('pending', 'dead')`,
  parameters: [delivery.eventId, delivery.endpointId, attemptCount, finishedAt],
})

/** After a failure that is tried again. Changes nothing when the delivery was changed meanwhile. */
export const settleRetry = (
  delivery: Delivery,
  next: {
    readonly dueAt: number
    readonly step: number
    readonly attemptCount: number
    readonly reason: DeliveryReason
  },
): Statement => ({
  sql: `update delivery set tier = case when tier >= 2 then tier else 1 end, due_at = $4, step = $5, attempt_count = $6,
          reason = $7, revision = revision + 1
        where event_id = $1 and endpoint_id = $2 and state = 'pending' and revision = $3`,
  parameters: [
    delivery.eventId,
    delivery.endpointId,
    delivery.revision,
    next.dueAt,
    next.step,
    next.attemptCount,
    next.reason,
  ],
})

/** Gives a delivery up. Changes nothing when it was changed meanwhile. */
export const settleDead = (
  delivery: Delivery,
  attemptCount: number,
  reason: DeliveryReason,
  finishedAt: number,
): Statement => ({
  sql: `update delivery set state = 'dead', reason = $4, attempt_count = $5, finished_at = $6, revision = revision + 1
        where event_id = $1 and endpoint_id = $2 and state = 'pending' and revision = $3`,
  parameters: [delivery.eventId, delivery.endpointId, delivery.revision, reason, attemptCount, finishedAt],
})

/** Counts an attempt, whatever was decided about the delivery meanwhile: numbers are not given twice. */
export const countAttempt = (delivery: Delivery, attemptCount: number): Statement => ({
  sql: `update delivery set attempt_count = $3 where event_id = $1 and endpoint_id = $2 and attempt_count < $3`,
  parameters: [delivery.eventId, delivery.endpointId, attemptCount],
})

/**
 * Puts a delivery back to pending, due at once, with a new deadline and the schedule from its start. One that waits in the
 * order of the feed keeps its place there; one that had left it goes beside the order, before all replays that are due.
 */
export const replayDelivery = (delivery: Delivery, now: number, giveUpAt: number): Statement => ({
  sql: `update delivery set tier = case when state = 'pending' and tier = 3 then 3 else 2 end,
          position = case when state = 'pending' and tier = 3 then position end, state = 'pending', reason = 'replayed',
          due_at = coalesce((select min(other.due_at) - 1 from delivery as other
            where other.lane_id = delivery.lane_id and other.tier = 2 and ${pendingByDue.replaceAll('delivery.', 'other.')}
              and other.due_at <= $4), $4),
          give_up_at = $5, step = 0, finished_at = null, revision = revision + 1
        where event_id = $1 and endpoint_id = $2 and revision = $3 and state in ('pending', 'dead', 'succeeded')
          and exists (select 1 from endpoint where endpoint.id = delivery.endpoint_id and endpoint.deleted_at is null)
        returning lane_id`,
  parameters: [delivery.eventId, delivery.endpointId, delivery.revision, now, giveUpAt],
  expect: 1,
})

/** Cancels up to `limit` pending deliveries of a lane whose endpoint was removed. */
export const cancelPending = (laneId: string, finishedAt: number, limit: number): Statement => ({
  sql: `update delivery set state = 'canceled', reason = 'endpoint_removed', finished_at = $2, revision = revision + 1
        where state = 'pending' and (event_id, endpoint_id) in (
          select event_id, endpoint_id from delivery where lane_id = $1 and ${pendingByDue} limit $3)`,
  parameters: [laneId, finishedAt, limit],
})

/** Whether anything waits in a lane: a read, so that an empty one is not written to. */
export const hasPending = async (database: Database, laneId: string): Promise<boolean> =>
  (await database.read(`select 1 as one from delivery where lane_id = $1 and ${pendingByDue} limit 1`, [laneId]))
    .length > 0

/** How many deliveries wait in a lane; counts no further than `limit`. */
export const countPending = async (
  database: Pick<Database, 'read'>,
  laneId: string,
  limit: number,
): Promise<number> => {
  const [row] = await database.read(
    `select count(*) as waiting from (
       select 1 as one from delivery where lane_id = $1 and ${pendingByDue} limit $2) as page`,
    [laneId, limit],
  )
  return row ? number(row, 'waiting') : 0
}

export const findDelivery = async (
  database: Database,
  eventId: string,
  endpointId: string,
): Promise<Delivery | undefined> => {
  const [row] = await database.read(`select ${columns} from delivery where event_id = $1 and endpoint_id = $2`, [
    eventId,
    endpointId,
  ])
  return row && toDelivery(row)
}
