import type { Database, Row, Statement, Unit } from './database.ts'

const insertFeedSql = 'insert into event_feed (event_id, account_id, position) values ($1, $2, null)'

/** Announces an event to the feed; its position is given after or with the commit. */
export const appendToFeed = (eventId: string, accountId: string): Statement => ({
  sql: insertFeedSql,
  parameters: [eventId, accountId],
  expect: 1,
})

/** The accounts whose feed has grown, from the rows that a turn of the numbering gave. */
export const accountsOfFeed = (rows: readonly (readonly Row[])[]): readonly string[] => [
  ...new Set(rows.flat().flatMap((row) => (typeof row['account_id'] === 'string' ? [row['account_id']] : []))),
]

/** The lanes whose ordered deliveries got their places, from the same rows. */
export const lanesOfFeed = (rows: readonly (readonly Row[])[]): readonly string[] => [
  ...new Set(rows.flat().flatMap((row) => (typeof row['lane_id'] === 'string' ? [row['lane_id']] : []))),
]

/** Whether a statement leaves something for the sequencer to do. */
export const appendsToFeed = (statement: Statement): boolean => statement.sql === insertFeedSql

/**
 * Gives the events that have none their positions in the feed, in the order of their ids, moves the sequence on, and puts
 * ordered deliveries in their places. Those become visible together, so what has no place yet comes after all that has.
 * SQLite runs it before each commit, so that an event and its position become visible together; on PostgreSQL it is part
 * of a unit of its own. Numbers are never used again, whatever retention removes.
 */
export const sequenceFeed: readonly Statement[] = [
  {
    sql: `update event_feed set position = (select last_position from feed_sequence where id = 1) + numbered.place
          from (select event_id, row_number() over (order by event_id) as place
                from event_feed where position is null) as numbered
          where event_feed.event_id = numbered.event_id and event_feed.position is null
          returning account_id`,
    parameters: [],
  },
  {
    sql: `update feed_sequence set last_position = (select max(position) from event_feed where position is not null)
          where id = 1 and last_position < (select max(position) from event_feed where position is not null)`,
    parameters: [],
  },
  {
    sql: `update delivery set position = (
            select event_feed.position from event_feed where event_feed.event_id = delivery.event_id)
          where position = 0 and (
            select event_feed.position from event_feed where event_feed.event_id = delivery.event_id) is not null
          returning lane_id`,
    parameters: [],
  },
]

/** Any number that other programs on the same database are unlikely to lock. */
const sequencerLock = 4_747_002

/**
 * The sequencer's turn on PostgreSQL. The lock stands in a statement before the numbering, whose snapshot so shows
 * whatever the holder before has committed; it is freed after the commit. When another process holds it, the unit does
 * not hold and nothing is numbered. Events still uncommitted are numbered by a later turn, so nobody sees a gap.
 */
export const sequenceCommitted: Unit = [
  {
    sql: 'select 1 as one from (select pg_try_advisory_xact_lock($1) as taken) as attempt where taken',
    parameters: [sequencerLock],
    expect: 1,
  },
  ...sequenceFeed,
]

/** Whether a committed event waits for its position: a read, so that an idle server does not write. */
export const hasUnsequenced = async (database: Pick<Database, 'read'>): Promise<boolean> =>
  (await database.read('select 1 as one from event_feed where position is null limit 1', [])).length > 0
