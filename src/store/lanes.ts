import { databaseNow, type Database, type Row, type Statement } from './database.ts'
import { flag, number, text } from './row.ts'
import { pendingByDue } from './pending-indexes.ts'

/** A lane that a worker owns for as long as it renews its lease. */
export type OwnedLane = { readonly id: string; readonly endpointId: string }

const toOwnedLane = (row: Row): OwnedLane => ({
  id: text(row, 'id'),
  endpointId: text(row, 'endpoint_id'),
})

export const insertLane = (id: string, endpointId: string): Statement => ({
  sql: 'insert into lane (id, endpoint_id, owner, epoch, lease_until, retired_at) values ($1, $2, null, 0, 0, null)',
  parameters: [id, endpointId],
  expect: 1,
})

/** No deliveries go to a retired lane and nobody owns it. */
export const retireLane = (id: string, now: number): Statement => ({
  sql: 'update lane set retired_at = $2, owner = null, lease_until = 0 where id = $1',
  parameters: [id, now],
})

const rowsOf = async (database: Database, statement: Statement): Promise<readonly Row[]> => {
  const outcome = await database.write([statement])
  return outcome.committed ? (outcome.rows[0] ?? []) : []
}

/** Takes up to `limit` lanes that nobody owns or whose lease is over; answers those. Times are the database's. */
export const claimLanes = async (
  database: Database,
  owner: string,
  leaseMs: number,
  limit: number,
): Promise<readonly OwnedLane[]> => {
  const rows = await rowsOf(database, {
    sql: `update lane set owner = $1, epoch = epoch + 1, lease_until = ${databaseNow} + $2
          where retired_at is null and lease_until < ${databaseNow} and id in (
            select id from lane where retired_at is null and lease_until < ${databaseNow} order by id limit $3)
          returning id, endpoint_id`,
    parameters: [owner, leaseMs, limit],
  })
  return rows.map(toOwnedLane)
}

/** Whether there is a lane to claim: a read, so that an idle server does not write. */
export const hasFreeLane = async (database: Database): Promise<boolean> =>
  (
    await database.read(
      `select 1 as one from lane where retired_at is null and lease_until < ${databaseNow} limit 1`,
      [],
    )
  ).length > 0

/** Prolongs every lease of that owner; answers the lanes it still owns. */
export const renewLanes = async (database: Database, owner: string, leaseMs: number): Promise<readonly OwnedLane[]> => {
  const rows = await rowsOf(database, {
    sql: `update lane set lease_until = ${databaseNow} + $2 where owner = $1 and retired_at is null
          returning id, endpoint_id`,
    parameters: [owner, leaseMs],
  })
  return rows.map(toOwnedLane)
}

const hasDue = (tier: 0 | 1 | 2): string =>
  `exists (select 1 from delivery where delivery.lane_id = lane.id and tier = ${tier} and ${pendingByDue}
     and due_at <= $2)`

/** Behind the first of an ordered lane nothing is due before that is done with. */
const firstInOrderIsDue = `coalesce((select due_at from delivery where delivery.lane_id = lane.id and tier = 3
     and state = 'pending' and position > 0 order by position limit 1), $2 + 1) <= $2`

/**
 * The next lanes of that owner, by id, in which a delivery is due or whose endpoint was removed. Costs a look into the
 * index per lane, whatever the backlog; looks at `limit` lanes at most. `next` is where to go on, undefined at the end.
 */
export const readLanesWithWork = async (
  database: Database,
  owner: string,
  now: number,
  page: { readonly after: string; readonly limit: number },
): Promise<{ readonly laneIds: readonly string[]; readonly next: string | undefined }> => {
  const rows = await database.read(
    `select lane.id, case when ${hasDue(0)} or ${hasDue(1)} or ${hasDue(2)} or ${firstInOrderIsDue} or exists (
         select 1 from endpoint where endpoint.id = lane.endpoint_id and endpoint.deleted_at is not null)
       then 1 else 0 end as has_work
     from lane where lane.owner = $1 and lane.id > $3 order by lane.id limit $4`,
    [owner, now, page.after, page.limit],
  )
  const last = rows.at(-1)
  return {
    laneIds: rows.filter((row) => flag(row, 'has_work')).map((row) => text(row, 'id')),
    next: last && rows.length === page.limit ? text(last, 'id') : undefined,
  }
}

/** Says that a worker is there, for so long. */
export const announceWorker = (owner: string, forMs: number): Statement => ({
  sql: `insert into worker (id, seen_until) values ($1, ${databaseNow} + $2)
        on conflict (id) do update set seen_until = excluded.seen_until`,
  parameters: [owner, forMs],
})

/** Says that a worker has gone, and takes those away that have not been seen for a day. */
export const dismissWorker = (owner: string): Statement => ({
  sql: `delete from worker where id = $1 or seen_until < ${databaseNow} - 86400000`,
  parameters: [owner],
})

/** How many lanes there are, and how many workers to share them. */
export const countShares = async (
  database: Database,
): Promise<{ readonly laneCount: number; readonly workerCount: number }> => {
  const [row] = await database.read(
    `select (select count(*) from lane where retired_at is null) as lanes,
            (select count(*) from worker where seen_until >= ${databaseNow}) as workers`,
    [],
  )
  return row
    ? { laneCount: number(row, 'lanes'), workerCount: number(row, 'workers') }
    : { laneCount: 0, workerCount: 0 }
}

/** Gives one lane of that owner back at once. */
export const releaseLane = (laneId: string, owner: string): Statement => ({
  sql: 'update lane set owner = null, lease_until = 0 where id = $1 and owner = $2',
  parameters: [laneId, owner],
})

/** Gives all lanes of that owner back at once: others need not wait for the leases to end. */
export const releaseLanes = (owner: string): Statement => ({
  sql: 'update lane set owner = null, lease_until = 0 where owner = $1',
  parameters: [owner],
})

/** Ends every lease. Only where no other process can own a lane. */
export const releaseAllLanes = (): Statement => ({
  sql: 'update lane set owner = null, lease_until = 0 where owner is not null',
  parameters: [],
})
