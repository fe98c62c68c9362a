import type { Row, SqlDatabase } from '../sql/database.ts'
import { storedKey } from '../sql/stored-key.ts'
import { type Deferred, isDeferred } from './deferred.ts'

/** A delivery that was given up. */
export type DeadLetter = {
  key: string
  /** What failed, as text. */
  error: string
  /** When it was given up, in milliseconds since 1970. */
  deadAt: number
  deferred: Deferred
}

/** Which dead letters to list. */
export type DeadLetterPage = {
  /** Default 100. */
  limit?: number
  /** The last one of the page before. Default: from the oldest on. */
  after?: Pick<DeadLetter, 'key' | 'deadAt'>
}

/** What was given up: kept until somebody replays or forgets it. */
export type DeadLetters = {
  /** Keeps one; keeping it again changes its error. */
  keep(deferred: Deferred, error: unknown): Promise<void>
  /** The oldest first. */
  list(page?: DeadLetterPage): Promise<DeadLetter[]>
  /** Gives it back to the outbox, to be handled as if for the first time. False when there is none. */
  replay(key: string): Promise<boolean>
  /** Hands it to `send`, a queue's for example, and forgets it when that resolves. False when there is none. */
  replayTo(key: string, send: (deferred: Deferred) => Promise<unknown>): Promise<boolean>
  /** Forgets it. False when there is none. */
  forget(key: string): Promise<boolean>
}

const keepSql = `insert into imagehooks_outbox (key, state, due_at, deferred, error) values ($1, 'dead', $2, $3, $4)
on conflict (key) do update set
  state = 'dead', due_at = excluded.due_at, deferred = excluded.deferred, error = excluded.error, token = ''`

const listSql = `select error, due_at, deferred from imagehooks_outbox
where state = 'dead' and (due_at > $1 or (due_at = $1 and key > $2)) order by due_at, key limit $3`

const findSql = "select deferred, due_at from imagehooks_outbox where key = $1 and state = 'dead'"

const replaySql = `update imagehooks_outbox set state = 'waiting', due_at = $2, attempt_count = 0
where key = $1 and state = 'dead' returning key`

const forgetSql = "delete from imagehooks_outbox where key = $1 and state = 'dead' returning key"

// What was given up anew since it was found stays.
const forgetFoundSql = "delete from imagehooks_outbox where key = $1 and state = 'dead' and due_at = $2"

const errorLengthLimit = 1000

/** An error as it is kept: its text, cut to a thousand characters. */
export const errorText = (error: unknown): string => String(error).slice(0, errorLengthLimit)

/** The delivery of a row. Throws where the row was not written by this package. */
export const deferredOf = (row: Row): Deferred => {
  const deferred: unknown = JSON.parse(String(row['deferred']))
  if (!isDeferred(deferred)) throw new Error('A row of imagehooks_outbox holds no delivery of this package.')
  return deferred
}

/** The dead letters of a database that has the tables of `tables.sql`; those of an outbox in it are among them. */
export const createDeadLetters = (
  database: SqlDatabase,
  { now = Date.now }: { now?: () => number } = {},
): DeadLetters => ({
  async keep(deferred, error) {
    await database.query(keepSql, await storedKey(deferred.key), now(), JSON.stringify(deferred), errorText(error))
  },
  async list({ limit = 100, after } = {}) {
    const rows = await database.query(listSql, after?.deadAt ?? 0, after ? await storedKey(after.key) : '', limit)
    return rows.map((row) => {
      const deferred = deferredOf(row)
      return { key: deferred.key, error: String(row['error']), deadAt: Number(row['due_at']), deferred }
    })
  },
  async replay(key) {
    return (await database.query(replaySql, await storedKey(key), now())).length > 0
  },
  async replayTo(key, send) {
    const [row] = await database.query(findSql, await storedKey(key))
    if (!row) return false
    await send(deferredOf(row))
    await database.query(forgetFoundSql, await storedKey(key), Number(row['due_at']))
    return true
  },
  async forget(key) {
    return (await database.query(forgetSql, await storedKey(key))).length > 0
  },
})
