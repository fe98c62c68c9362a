import type { Row, SqlDatabase } from '../sql/database.ts'
import { storedKey } from '../sql/stored-key.ts'
import type { Claim, Inbox } from './inbox.ts'

/** How an inbox in a database is made. */
export type SqlInboxOptions = {
  /** The instant, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** Takes the key where nobody has it, the lease has ended, or the event has been remembered long enough. */
const claimSql = `insert into imagehooks_inbox (key, token, lease_until, keep_until) values ($1, $2, $3, $4)
on conflict (key) do update set
  token = excluded.token, lease_until = excluded.lease_until, keep_until = excluded.keep_until, done_at = null
where imagehooks_inbox.keep_until <= $5 or (imagehooks_inbox.done_at is null and imagehooks_inbox.lease_until <= $5)
returning key`

const holderSql = 'select lease_until, done_at from imagehooks_inbox where key = $1'

const completeSql = 'update imagehooks_inbox set done_at = $3 where key = $1 and token = $2 returning key'

const releaseSql = 'delete from imagehooks_inbox where key = $1 and token = $2 and done_at is null'

const sweepSql = `delete from imagehooks_inbox where key in
  (select key from imagehooks_inbox where keep_until <= $1 limit $2) returning key`

const heldBy = (holder: Row, instant: number, leaseMs: number): Claim => {
  if (holder['done_at'] !== null) return { state: 'done' }
  // Never more than a whole lease, should the clock have been set back; never nothing, should it have moved on meanwhile.
  const leftMs = Math.max(Number(holder['lease_until']) - instant, 1)
  return { state: 'busy', retryAfterMs: Math.min(leftMs, leaseMs) }
}

/** How often a claim looks again at a row that others take and give back at the same time. */
const lookCount = 5

/**
 * An inbox in a database that has the table `imagehooks_inbox`. A claim that is new is one statement, and every
 * statement is atomic by itself.
 */
export const sqlInbox = (database: SqlDatabase, { now = Date.now }: SqlInboxOptions = {}): Inbox => ({
  async claim(key, { leaseMs, keepMs }) {
    const instant = now()
    const token = crypto.randomUUID()
    const stored = await storedKey(key)
    for (let looked = 0; looked < lookCount; looked++) {
      const taken = await database.query(claimSql, stored, token, instant + leaseMs, instant + keepMs, instant)
      if (taken.length > 0) return { state: 'new', token }
      const [holder] = await database.query(holderSql, stored)
      if (holder) return heldBy(holder, instant, leaseMs)
      // It was given back between the two statements.
    }
    return { state: 'busy', retryAfterMs: 1 }
  },
  async complete(key, token) {
    return (await database.query(completeSql, await storedKey(key), token, now())).length > 0
  },
  async release(key, token) {
    await database.query(releaseSql, await storedKey(key), token)
  },
  async sweep(limit) {
    return (await database.query(sweepSql, now(), limit)).length
  },
})
