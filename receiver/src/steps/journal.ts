import type { SqlDatabase } from '../sql/database.ts'
import { storedKey } from '../sql/stored-key.ts'

/** What came of a step that ended: the next ones run, or none does. */
export type StepEnd = 'done' | 'stop'

/** Which steps of which event have ended, so that an event that comes again goes on where it stopped. */
export type StepJournal = {
  /** The steps of an event that have ended, by name. */
  read(key: string): Promise<ReadonlyMap<string, StepEnd>>
  /** Records that one has. Recording it twice changes nothing. */
  record(key: string, name: string, end: StepEnd): Promise<void>
  /** Forgets up to `limit` records that were kept long enough; answers how many. */
  sweep(limit: number): Promise<number>
}

/** How a journal is made. */
export type StepJournalOptions = {
  /** How long a record is kept, in milliseconds. Default 30 days, as by an inbox. */
  keepMs?: number
  /** The instant, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

const readSql = 'select name, step_end from imagehooks_step where key = $1'

const recordSql = `insert into imagehooks_step (key, name, step_end, keep_until) values ($1, $2, $3, $4)
on conflict (key, name) do nothing`

const sweepSql = `delete from imagehooks_step where (key, name) in
  (select key, name from imagehooks_step where keep_until <= $1 limit $2) returning key`

/** A journal in a database (`sqliteDatabase`, `postgresDatabase`, `d1Database`) that has the tables of `tables.sql`. */
export const createStepJournal = (
  database: SqlDatabase,
  { keepMs = 30 * 86_400_000, now = Date.now }: StepJournalOptions = {},
): StepJournal => ({
  async read(key) {
    const rows = await database.query(readSql, await storedKey(key))
    return new Map(rows.map((row) => [String(row['name']), row['step_end'] === 'stop' ? 'stop' : 'done']))
  },
  async record(key, name, end) {
    await database.query(recordSql, await storedKey(key), name, end, now() + keepMs)
  },
  async sweep(limit) {
    return (await database.query(sweepSql, now(), limit)).length
  },
})
