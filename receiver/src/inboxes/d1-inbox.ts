import type { Inbox } from './inbox.ts'

/** What the inbox needs of a statement of Cloudflare's D1. */
export type D1InboxStatement = {
  bind(...values: unknown[]): D1InboxStatement
  all(): Promise<{ results: unknown[] }>
}

/** What the inbox needs of a database of Cloudflare's D1; a binding fits as it is. */
export type D1InboxDatabase = {
  prepare(sql: string): D1InboxStatement
  batch(statements: D1InboxStatement[]): Promise<{ results: unknown[] }[]>
}

/** How a D1 inbox is made. */
export type D1InboxOptions = {
  /** The instant, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** Takes the key where nobody has it, the lease has ended, or the event has been remembered long enough. */
const claimSql = `insert into imagehooks_inbox (key, token, lease_until, keep_until) values (?1, ?2, ?3, ?4)
on conflict (key) do update set
  token = excluded.token, lease_until = excluded.lease_until, keep_until = excluded.keep_until, done_at = null
where imagehooks_inbox.keep_until <= ?5 or (imagehooks_inbox.done_at is null and imagehooks_inbox.lease_until <= ?5)`

const holderSql = 'select token, lease_until as leaseUntil, done_at as doneAt from imagehooks_inbox where key = ?1'

const completeSql = 'update imagehooks_inbox set done_at = ?3 where key = ?1 and token = ?2 returning key'

const releaseSql = 'delete from imagehooks_inbox where key = ?1 and token = ?2 and done_at is null'

const sweepSql = `delete from imagehooks_inbox where key in
  (select key from imagehooks_inbox where keep_until <= ?1 limit ?2) returning key`

type Holder = { token: string; leaseUntil: number; doneAt: number | null }

const isHolder = (row: unknown): row is Holder =>
  typeof row === 'object' && row !== null && 'token' in row && 'leaseUntil' in row && 'doneAt' in row

/**
 * An inbox in a D1 database that has the table of `@imagehooks/receiver/d1-inbox.sql`. A claim is one round trip and
 * one transaction. Cheap to make: once for each request is fine. Throws a TypeError where the binding is missing.
 */
export const d1Inbox = (database: D1InboxDatabase, { now = Date.now }: D1InboxOptions = {}): Inbox => {
  if (!database) throw new TypeError('d1Inbox has no database: check the name of the D1 binding.')
  const run = (sql: string, ...values: unknown[]) =>
    database
      .prepare(sql)
      .bind(...values)
      .all()
  return {
    async claim(key, { leaseMs, keepMs }) {
      const instant = now()
      const token = crypto.randomUUID()
      const [, read] = await database.batch([
        database.prepare(claimSql).bind(key, token, instant + leaseMs, instant + keepMs, instant),
        database.prepare(holderSql).bind(key),
      ])
      const holder = read?.results[0]
      if (!isHolder(holder)) throw new Error('D1 did not answer the row that the inbox has just written.')
      if (holder.token === token) return { state: 'new', token }
      if (holder.doneAt !== null) return { state: 'done' }
      // Never more than a whole lease, should the clock have been set back.
      return { state: 'busy', retryAfterMs: Math.min(holder.leaseUntil - instant, leaseMs) }
    },
    async complete(key, token) {
      const { results } = await run(completeSql, key, token, now())
      return results.length > 0
    },
    async release(key, token) {
      await run(releaseSql, key, token)
    },
    async sweep(limit) {
      const { results } = await run(sweepSql, now(), limit)
      return results.length
    },
  }
}
