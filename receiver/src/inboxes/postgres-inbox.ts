import { inPostgresTransaction, type PostgresClient, postgresDatabase, type PostgresPool } from '../sql/postgres.ts'
import { storedKey } from '../sql/stored-key.ts'
import type { Inbox } from './inbox.ts'
import { onceKey, onceKeepMs, type OnceOptions, type OnceOutcome, onceSql } from './once.ts'
import { sqlInbox, type SqlInboxOptions } from './sql-inbox.ts'

/** An inbox in PostgreSQL, and its transactional form. */
export type PostgresInbox<Client extends PostgresClient = PostgresClient> = Inbox & {
  /**
   * Runs the effect and the record that it ran in one transaction: however often an event comes and wherever a process
   * dies, what the effect writes by this client is written once. One of several at once runs, and the others wait for
   * its end. For several effects of one event add a word to its key. Rejects with what the effect rejects with; nothing
   * has happened then.
   */
  once(key: string, effect: (client: Client) => Promise<unknown>, options?: OnceOptions): Promise<OnceOutcome>
}

/** An inbox in a PostgreSQL database (a `Pool` of `pg`) that has the table of `@imagehooks/receiver/tables.sql`. */
export const postgresInbox = <Client extends PostgresClient = PostgresClient>(
  pool: PostgresPool<Client>,
  { now = Date.now }: SqlInboxOptions = {},
): PostgresInbox<Client> => ({
  ...sqlInbox(postgresDatabase(pool), { now }),
  async once(key, effect, { keepMs = onceKeepMs } = {}) {
    const stored = await storedKey(onceKey(key))
    const instant = now()
    return inPostgresTransaction(pool, async (client) => {
      const { rows } = await client.query(onceSql, [stored, crypto.randomUUID(), instant, instant + keepMs])
      if (rows.length === 0) return 'duplicate'
      await effect(client)
      return 'ran'
    })
  },
})
