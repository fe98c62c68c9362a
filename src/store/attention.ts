import type { Tier } from '../domain/delivery.ts'
import type { EndpointState } from '../domain/endpoint.ts'
import type { Database } from './database.ts'
import { number, numberOrNull, text, textOrNull, word } from './row.ts'
import { pendingByDue } from './pending-indexes.ts'

/** An endpoint that is not sent to, by our own decision. */
export type SuspendedEndpoint = {
  readonly id: string
  readonly name: string
  readonly since: number
  readonly reason: string | null
}

/** An account's suspended endpoints, by id. */
export const readSuspended = async (database: Database, accountId: string): Promise<readonly SuspendedEndpoint[]> =>
  (
    await database.read(
      `select id, name, state_since, state_reason from endpoint
       where account_id = $1 and deleted_at is null and state = 'suspended' order by id`,
      [accountId],
    )
  ).map((row) => ({
    id: text(row, 'id'),
    name: text(row, 'name'),
    since: number(row, 'state_since'),
    reason: textOrNull(row, 'state_reason'),
  }))

/** Lanes of endpoints that are sent to. */
const activeLanes = `lane join endpoint on endpoint.id = lane.endpoint_id and endpoint.state = 'active'
  and endpoint.deleted_at is null`

/** One look into the index of what is due. */
const oldestOf = (tier: Exclude<Tier, 3>): string =>
  `(select due_at from delivery where delivery.lane_id = lane.id and tier = ${tier} and ${pendingByDue}
      and due_at <= $1 order by due_at limit 1)`

/** Of an ordered lane only the first can be sent: when it is not due yet, nothing is. */
const firstInOrder = `(select case when due_at <= $1 then due_at end from (
  select due_at from delivery where delivery.lane_id = lane.id and tier = 3 and state = 'pending' and position > 0
  order by position limit 1) as first_in_order)`

const oldestOfLanes = `select min(due_at) as due_at from (
  select ${oldestOf(0)} as due_at from LANES union all select ${oldestOf(1)} as due_at from LANES
  union all select ${oldestOf(2)} as due_at from LANES union all select ${firstInOrder} as due_at from LANES) as oldest`

const oldestOfAccount = oldestOfLanes.replaceAll('LANES', `${activeLanes} where endpoint.account_id = $2`)
const oldestOfAll = oldestOfLanes.replaceAll('LANES', `${activeLanes} where lane.retired_at is null`)

/**
 * When the delivery that waits longest was due, among those to active endpoints of an account or of all; null when none
 * is due. Costs four looks into an index per endpoint, whatever the backlog.
 */
export const readOldestDue = async (database: Database, now: number, accountId?: string): Promise<number | null> => {
  const [row] =
    accountId === undefined
      ? await database.read(oldestOfAll, [now])
      : await database.read(oldestOfAccount, [now, accountId])
  return row ? numberOrNull(row, 'due_at') : null
}

/** Deliveries of one tier of one lane that are counted at most. */
export const countedPerTier = 1000

const countOf = (tier: Tier): string =>
  `(select count(*) from (select 1 as one from delivery where delivery.lane_id = lane.id and tier = ${tier}
      and ${pendingByDue} and due_at <= $1 limit ${countedPerTier}) as due)`

/**
 * How many deliveries are due in the next `limit` lanes of active endpoints after one, by id; of a tier of a lane up to
 * `countedPerTier` are counted. `next` is where to go on, undefined at the end.
 */
export const countDue = async (
  database: Database,
  now: number,
  page: { readonly after: string; readonly limit: number },
): Promise<{ readonly count: number; readonly next: string | undefined }> => {
  const rows = await database.read(
    `select lane.id, case when endpoint.state = 'active' then ${countOf(0)} + ${countOf(1)} + ${countOf(2)} + ${countOf(3)} else 0 end as due
     from lane join endpoint on endpoint.id = lane.endpoint_id
     where lane.retired_at is null and lane.id > $2 order by lane.id limit $3`,
    [now, page.after, page.limit],
  )
  const last = rows.at(-1)
  return {
    count: rows.reduce((sum, row) => sum + number(row, 'due'), 0),
    next: last && rows.length === page.limit ? text(last, 'id') : undefined,
  }
}

const states: readonly EndpointState[] = ['active', 'paused', 'suspended']

/** How many endpoints there are in each state, all accounts together. Endpoints are few: it reads them all. */
export const countEndpointStates = async (database: Database): Promise<ReadonlyMap<EndpointState, number>> => {
  const rows = await database.read(
    `select endpoint.state, count(*) as endpoints from lane join endpoint on endpoint.id = lane.endpoint_id
     where lane.retired_at is null and endpoint.deleted_at is null group by endpoint.state`,
    [],
  )
  const found = new Map(rows.map((row) => [word(row, 'state', states), number(row, 'endpoints')]))
  return new Map(states.map((state) => [state, found.get(state) ?? 0]))
}
