import { inOrder } from '../sql/database.ts'
import { inSqliteTransaction, type SqliteConnection, sqliteDatabase } from '../sql/sqlite.ts'
import { storedKey } from '../sql/stored-key.ts'
import type { Inbox } from './inbox.ts'
import { onceKey, onceKeepMs, type OnceOptions, type OnceOutcome, onceSql } from './once.ts'
import { sqlInbox, type SqlInboxOptions } from './sql-inbox.ts'

/** An inbox in SQLite, and its transactional form. */
export type SqliteInbox<Connection extends SqliteConnection = SqliteConnection> = Inbox & {
  /**
   * Runs the effect and the record that it ran in one transaction: however often an event comes and wherever a process
   * dies, what the effect writes to this database is written once. The effect must not wait for anything. For several
   * effects of one event add a word to its key. Rejects with what the effect throws; nothing has happened then.
   */
  once(key: string, effect: (connection: Connection) => void, options?: OnceOptions): Promise<OnceOutcome>
}

/**
 * An inbox in a SQLite database (`DatabaseSync` of `node:sqlite`) that has the table of
 * `@imagehooks/receiver/tables.sql`. Several processes may share the file; give it a `busy_timeout` then.
 */
export const sqliteInbox = <Connection extends SqliteConnection>(
  connection: Connection,
  { now = Date.now }: SqlInboxOptions = {},
): SqliteInbox<Connection> => ({
  ...sqlInbox(sqliteDatabase(connection), { now }),
  async once(key, effect, { keepMs = onceKeepMs } = {}) {
    const stored = await storedKey(onceKey(key))
    const { sql, values } = inOrder(onceSql, [stored, crypto.randomUUID(), now(), now() + keepMs])
    return inSqliteTransaction(connection, () => {
      if (connection.prepare(sql).all(...values).length === 0) return 'duplicate'
      const answer: unknown = effect(connection)
      if (answer instanceof Promise) throw new TypeError('An effect in SQLite cannot wait for a promise.')
      return 'ran'
    })
  },
})
