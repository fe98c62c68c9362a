import { firstIdAt } from '../domain/id.ts'
import { databaseNow, type Database, type Unit } from './database.ts'
import { text } from './row.ts'

/** The ids of events from before an instant, oldest first, behind the id `after` ('' = from the beginning). */
export const readEventsBefore = async (
  database: Database,
  before: number,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> =>
  (
    await database.read('select id from event where id > $1 and id < $2 order by id limit $3', [
      page.after,
      firstIdAt('evt', before),
      page.limit,
    ])
  ).map((row) => text(row, 'id'))

/** In this unit an event goes with everything that hangs on it, from the statement that names the deliveries on. */
const orphaned = (table: string): string =>
  `${table}.event_id >= $1 and ${table}.event_id <= $2
   and not exists (select 1 from event where event.id = ${table}.event_id)`

/**
 * Removes the events from the first id to the last with their places in the feed, their deliveries and the attempts. An
 * event of which a delivery is pending stays with all that belongs to it. The deliveries go first: one that is replayed at
 * the same moment is either gone for who replays it, or stays and keeps its event. Every statement runs along a primary
 * key. What the feed has lost is told by `feed_retention.removed_through`: places above it are all there.
 */
export const removeEvents = (firstId: string, lastId: string): Unit =>
  [
    `delete from delivery where event_id >= $1 and event_id <= $2 and state <> 'pending'
       and not exists (select 1 from delivery as waiting
                       where waiting.event_id = delivery.event_id and waiting.state = 'pending')`,
    `delete from event where id >= $1 and id <= $2
       and not exists (select 1 from delivery where delivery.event_id = event.id)`,
    `delete from attempt where ${orphaned('attempt')}`,
    // The sum keeps the planner from walking all positions backwards for the highest.
    `update feed_retention set removed_through = (
         select max(position + 0) from event_feed where ${orphaned('event_feed')})
     where id = 1 and removed_through < (select max(position + 0) from event_feed where ${orphaned('event_feed')})`,
    `delete from event_feed where ${orphaned('event_feed')}`,
  ].map((sql) => ({ sql, parameters: [firstId, lastId] }))

/** Work that one process does for all. */
export type UpkeepWork = 'retention'

/** Takes or prolongs the turn at a work for so long, by the database's clock; false while another process has it. */
export const takeTurn = async (
  database: Database,
  work: UpkeepWork,
  owner: string,
  forMs: number,
): Promise<boolean> => {
  const outcome = await database.write([
    {
      sql: `insert into upkeep_turn (work, owner, until) values ($1, $2, ${databaseNow} + $3)
            on conflict (work) do update set owner = excluded.owner, until = excluded.until
            where upkeep_turn.until < ${databaseNow} or upkeep_turn.owner = excluded.owner`,
      parameters: [work, owner, forMs],
    },
  ])
  return outcome.committed && outcome.changes[0] === 1
}

/** Gives the turn back before its time. */
export const endTurn = async (database: Database, work: UpkeepWork, owner: string): Promise<void> => {
  await database.write([{ sql: 'delete from upkeep_turn where work = $1 and owner = $2', parameters: [work, owner] }])
}
