import { replaySelections, replayStates, type Replay, type ReplayState } from '../domain/replay.ts'
import { databaseNow, type Database, type Row, type Statement, type Unit } from './database.ts'
import { number, numberOrNull, text, word } from './row.ts'

const toReplay = (row: Row): Replay => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  endpointId: text(row, 'endpoint_id'),
  selection: word(row, 'selection', replaySelections),
  sinceAt: number(row, 'since_at'),
  untilAt: number(row, 'until_at'),
  state: word(row, 'state', replayStates),
  cursor: text(row, 'cursor'),
  reachedAt: number(row, 'reached_at'),
  lookedCount: number(row, 'looked_count'),
  replayedCount: number(row, 'replayed_count'),
  createdAt: number(row, 'created_at'),
  finishedAt: numberOrNull(row, 'finished_at'),
})

/** Replays of one endpoint that are remembered. */
export const rememberedReplays = 100

/** A new replay, and the oldest of its endpoint forgotten. Its conflict means that one of the endpoint runs already. */
export const insertReplay = (replay: Replay): Unit => [
  {
    sql: `insert into replay (id, account_id, endpoint_id, selection, since_at, until_at, state, cursor, reached_at,
            looked_count, replayed_count, owner, lease_until, created_at, finished_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, null, 0, $12, $13)`,
    parameters: [
      replay.id,
      replay.accountId,
      replay.endpointId,
      replay.selection,
      replay.sinceAt,
      replay.untilAt,
      replay.state,
      replay.cursor,
      replay.reachedAt,
      replay.lookedCount,
      replay.replayedCount,
      replay.createdAt,
      replay.finishedAt,
    ],
    expect: 1,
  },
  {
    sql: `delete from replay where endpoint_id = $1 and state <> 'running' and id not in (
            select id from replay where endpoint_id = $1 order by id desc limit $2)`,
    parameters: [replay.endpointId, rememberedReplays],
  },
]

export const findReplay = async (database: Database, id: string): Promise<Replay | undefined> => {
  const [row] = await database.read('select * from replay where id = $1', [id])
  return row && toReplay(row)
}

/** An endpoint's replays, newest first. */
export const listReplays = async (database: Database, endpointId: string): Promise<readonly Replay[]> =>
  (
    await database.read('select * from replay where endpoint_id = $1 order by id desc limit $2', [
      endpointId,
      rememberedReplays,
    ])
  ).map(toReplay)

/** Ends a replay that runs; one that has ended stays as it is. */
export const endReplay = (id: string, state: Exclude<ReplayState, 'running'>, now: number): Statement => ({
  sql: `update replay set state = $2, finished_at = $3, owner = null, lease_until = 0 where id = $1 and state = 'running'`,
  parameters: [id, state, now],
})

/** Whether a replay runs that is this owner's or nobody's: a read, so that an idle server does not write. */
export const hasReplayToRun = async (database: Database, owner: string): Promise<boolean> =>
  (
    await database.read(
      `select 1 as one from replay where state = 'running' and (owner = $1 or lease_until < ${databaseNow}) limit 1`,
      [owner],
    )
  ).length > 0

/** Takes replays that nobody runs, and prolongs those of this owner; answers them. Times are the database's. */
export const claimReplays = async (
  database: Database,
  owner: string,
  leaseMs: number,
  limit: number,
): Promise<readonly Replay[]> => {
  const outcome = await database.write([
    {
      sql: `update replay set owner = $1, lease_until = ${databaseNow} + $2
            where state = 'running' and (owner = $1 or lease_until < ${databaseNow}) and id in (
              select id from replay where state = 'running' and (owner = $1 or lease_until < ${databaseNow})
              order by lease_until, id limit $3)
            returning *`,
      parameters: [owner, leaseMs, limit],
    },
  ])
  return outcome.committed ? (outcome.rows[0] ?? []).map(toReplay) : []
}

/** Gives all replays of that owner back at once. */
export const releaseReplays = (owner: string): Statement => ({
  sql: `update replay set owner = null, lease_until = 0 where state = 'running' and owner = $1`,
  parameters: [owner],
})

/** Moves a replay on from where it was read; undone when it was ended, or taken over by another worker, meanwhile. */
export const advanceReplay = (before: Replay, after: Replay, owner: string): Statement => ({
  sql: `update replay set cursor = $4, reached_at = $5, looked_count = $6, replayed_count = $7
        where id = $1 and state = 'running' and cursor = $2 and owner = $3`,
  parameters: [before.id, before.cursor, owner, after.cursor, after.reachedAt, after.lookedCount, after.replayedCount],
  expect: 1,
})
