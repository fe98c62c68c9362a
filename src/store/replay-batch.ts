import { firstIdAt } from '../domain/id.ts'
import type { Replay } from '../domain/replay.ts'
import type { Database, Statement } from './database.ts'
import { flag, number, text } from './row.ts'
import { pendingByDue } from './pending-indexes.ts'

/** What a look ahead of a replay's cursor found. */
export type ReplayBatch = {
  readonly lookedCount: number
  /** How many of them the replay takes. */
  readonly takenCount: number
  /** The last one looked at, and its time; undefined when there was none. */
  readonly last: { readonly eventId: string; readonly at: number } | undefined
}

/** What of a replay says where to look. */
export type ReplayScope = Pick<Replay, 'accountId' | 'endpointId' | 'selection' | 'untilAt' | 'cursor'>

/** The endpoint's deliveries along their index; Tests are no replay's business. */
const deliveriesAhead = `select page.event_id, coalesce(event.created_at, 0) as at,
    case when page.state = $5 and event.is_test = 0 then 1 else 0 end as taken
  from (select event_id, state from delivery
    where endpoint_id = $1 and event_id > $2 and event_id < $3 order by event_id limit $4) as page
  left join event on event.id = page.event_id
  order by page.event_id`

/** The account's events along their index. */
const eventsAhead = `select page.id as event_id, page.created_at as at,
    case when exists (select 1 from endpoint_event_type where endpoint_id = $5 and endpoint_event_type.type = page.type)
      and not exists (select 1 from delivery where delivery.event_id = page.id and delivery.endpoint_id = $5)
    then 1 else 0 end as taken
  from (select id, type, created_at from event
    where account_id = $1 and is_test = 0 and id > $2 and id < $3 order by id limit $4) as page
  order by page.id`

/** Looks at up to `limit` rows behind the cursor: costs the same wherever it stands. */
export const lookAhead = async (
  database: Pick<Database, 'read'>,
  { accountId, endpointId, selection, untilAt, cursor }: ReplayScope,
  limit: number,
): Promise<ReplayBatch> => {
  const range = [cursor, firstIdAt('evt', untilAt), limit]
  const rows =
    selection === 'missing'
      ? await database.read(eventsAhead, [accountId, ...range, endpointId])
      : await database.read(deliveriesAhead, [endpointId, ...range, selection])
  const last = rows.at(-1)
  return {
    lookedCount: rows.length,
    takenCount: rows.filter((row) => flag(row, 'taken')).length,
    last: last && { eventId: text(last, 'event_id'), at: number(last, 'at') },
  }
}

const endpointStands = `exists (select 1 from endpoint where endpoint.id = $1 and endpoint.deleted_at is null)`

const putBackSql = `update delivery set state = 'pending', tier = 2, reason = 'replayed', due_at = $4, give_up_at = $5,
    step = 0, finished_at = null, revision = revision + 1
  where endpoint_id = $1 and event_id > $2 and event_id <= $3 and state = $6 and ${endpointStands}
    and exists (select 1 from event where event.id = delivery.event_id and event.is_test = 0)
  returning lane_id`

const appendMissingSql = `insert into delivery (event_id, endpoint_id, account_id, lane_id, tier, state, reason, due_at,
    give_up_at, step, attempt_count, revision, created_at, finished_at)
  select event.id, $1, event.account_id, lane.id, 2, 'pending', 'replayed', $4, $5, 0, 0, 1, $4, null
  from event join lane on lane.endpoint_id = $1 and lane.retired_at is null
  where event.account_id = $6 and event.is_test = 0 and event.id > $2 and event.id <= $3 and ${endpointStands}
    and exists (select 1 from endpoint_event_type where endpoint_id = $1 and endpoint_event_type.type = event.type)
    and not exists (select 1 from delivery where delivery.event_id = event.id and delivery.endpoint_id = $1)
  on conflict (event_id, endpoint_id) do nothing
  returning lane_id`

/**
 * Puts back, or appends, what a look ahead counted up to its last row; answers the lanes. Another number than was counted
 * undoes the unit, so that the progress of a replay is exact; whoever runs it looks anew then.
 */
export const takeBatch = (
  { accountId, endpointId, selection, cursor }: ReplayScope,
  { last, takenCount }: ReplayBatch,
  now: number,
  giveUpAt: number,
): Statement => ({
  sql: selection === 'missing' ? appendMissingSql : putBackSql,
  parameters: [
    endpointId,
    cursor,
    last?.eventId ?? cursor,
    now,
    giveUpAt,
    selection === 'missing' ? accountId : selection,
  ],
  expect: takenCount,
})

/** How many replayed deliveries wait in a lane; counts no further than `limit`. */
export const countWaitingReplays = async (
  database: Pick<Database, 'read'>,
  laneId: string,
  limit: number,
): Promise<number> => {
  const [row] = await database.read(
    `select count(*) as waiting from (
       select 1 as one from delivery where lane_id = $1 and tier = 2 and ${pendingByDue} limit $2) as page`,
    [laneId, limit],
  )
  return row ? number(row, 'waiting') : 0
}
