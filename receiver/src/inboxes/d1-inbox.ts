import { type D1Database, type D1Statement, d1Database, d1Statement } from '../sql/d1.ts'
import { storedKey } from '../sql/stored-key.ts'
import type { Inbox } from './inbox.ts'
import { onceKey, onceKeepMs, type OnceOptions, type OnceOutcome } from './once.ts'
import { sqlInbox, type SqlInboxOptions } from './sql-inbox.ts'

/** What the inbox needs of a statement of Cloudflare's D1. */
export type D1InboxStatement = D1Statement

/** What the inbox needs of a database of Cloudflare's D1; a binding fits as it is. */
export type D1InboxDatabase = D1Database

/** How a D1 inbox is made. */
export type D1InboxOptions = SqlInboxOptions

/** An inbox in D1, and its transactional form. */
export type D1Inbox = Inbox & {
  /**
   * Runs the statements and the record that they ran in one batch, which D1 commits as a whole or not at all: however
   * often an event comes and wherever a process dies, their effect happens once. For several effects of one event add a
   * word to its key. Rejects when a statement fails; nothing has happened then.
   */
  once(key: string, statements: readonly D1Statement[], options?: OnceOptions): Promise<OnceOutcome>
}

const forgetSql = 'delete from imagehooks_inbox where key = $1 and keep_until <= $2'

/** Collides, and so undoes the whole batch, where the effect has happened. */
const recordSql = `insert into imagehooks_inbox (key, token, lease_until, keep_until, done_at)
values ($1, $2, $3, $4, $3)`

const knownSql = 'select key from imagehooks_inbox where key = $1 and keep_until > $2'

/**
 * An inbox in a D1 database that has the table of `@imagehooks/receiver/tables.sql`. A claim is one round trip. Cheap
 * to make: once for each request is fine. Throws a TypeError where the binding is missing.
 */
export const d1Inbox = (binding: D1Database, { now = Date.now }: D1InboxOptions = {}): D1Inbox => {
  const database = d1Database(binding, 'd1Inbox')
  return {
    ...sqlInbox(database, { now }),
    async once(key, statements, { keepMs = onceKeepMs } = {}) {
      const instant = now()
      const stored = await storedKey(onceKey(key))
      try {
        await binding.batch([
          d1Statement(binding, forgetSql, stored, instant),
          d1Statement(binding, recordSql, stored, crypto.randomUUID(), instant, instant + keepMs),
          ...statements,
        ])
        return 'ran'
      } catch (error) {
        // D1 does not say which statement failed in words to rely on. What is recorded has happened, whatever else failed.
        if ((await database.query(knownSql, stored, instant)).length > 0) return 'duplicate'
        throw error
      }
    },
  }
}
