import type { Bytes } from '../crypto/mac.ts'
import { decodeBase64, encodeHex, latin1Text } from '../crypto/text.ts'
import type { QuarantineHook } from '../pipeline/arrival.ts'
import { outcomeStatuses } from '../pipeline/outcome.ts'
import type { Row, SqlDatabase } from '../sql/database.ts'

/** What was rightly signed, but cannot be handled: too old, of another account, no event, refused by a handler. */
export type Quarantined = {
  /** How its request would have ended, as `payload_invalid`. */
  code: string
  /** Why, in a word or a JSON pointer. */
  reason?: string | undefined
  /** Milliseconds since 1970. */
  receivedAt: number
  /** The bytes, as they were signed. */
  body: Bytes
}

/** A body that is kept. */
export type KeptQuarantined = Quarantined & {
  /** The hex SHA-256 of the body. */
  key: string
  /** How often it came; `receivedAt` is when it came last. */
  count: number
}

/** Which bodies to list. */
export type QuarantinePage = {
  /** Default 100. */
  limit?: number
  /** The last one of the page before. Default: from the oldest on. */
  after?: Pick<KeptQuarantined, 'key' | 'receivedAt'>
}

/** What was rightly signed and could not be handled: kept until somebody mends or forgets it. */
export type Quarantine = {
  /** Keeps one; a body that comes again counts. */
  keep(quarantined: Quarantined): Promise<void>
  /** The oldest first. */
  list(page?: QuarantinePage): Promise<KeptQuarantined[]>
  /**
   * Hands it to `send`, and forgets it when that resolves, unless it was quarantined again meanwhile. Sign it anew to send
   * it through the receiver. False when there is none.
   */
  replayTo(key: string, send: (kept: KeptQuarantined) => Promise<unknown>): Promise<boolean>
  /** Forgets it. False when there is none. */
  forget(key: string): Promise<boolean>
  /** Forgets up to `limit` that came last longer than `olderThanMs` ago; answers how many. */
  sweep(limit: number, olderThanMs: number): Promise<number>
}

const keepSql = `insert into imagehooks_quarantine (key, code, reason, received_at, body) values ($1, $2, $3, $4, $5)
on conflict (key) do update set code = excluded.code, reason = excluded.reason, received_at = excluded.received_at,
  received_count = imagehooks_quarantine.received_count + 1`

const columns = 'key, code, reason, received_at, received_count, body'

const listSql = `select ${columns} from imagehooks_quarantine
where received_at > $1 or (received_at = $1 and key > $2) order by received_at, key limit $3`

const findSql = `select ${columns} from imagehooks_quarantine where key = $1`

const forgetSql = 'delete from imagehooks_quarantine where key = $1 returning key'

const forgetUnchangedSql = 'delete from imagehooks_quarantine where key = $1 and received_count = $2'

const sweepSql = `delete from imagehooks_quarantine where key in
  (select key from imagehooks_quarantine where received_at < $1 order by received_at limit $2) returning key`

const keptOf = (row: Row): KeptQuarantined => {
  const body = decodeBase64(String(row['body']))
  if (!body) throw new Error('A row of imagehooks_quarantine holds no body of this package.')
  return {
    key: String(row['key']),
    code: String(row['code']),
    reason: String(row['reason']),
    receivedAt: Number(row['received_at']),
    count: Number(row['received_count']),
    body,
  }
}

/**
 * A quarantine in a database (`d1Database`, `sqliteDatabase`, `postgresDatabase`) that has the tables of `tables.sql`. Who
 * can write into it holds no power: what is replayed is verified like anything else.
 */
export const createQuarantine = (
  database: SqlDatabase,
  { now = Date.now }: { now?: () => number } = {},
): Quarantine => ({
  async keep({ code, reason = '', receivedAt, body }) {
    const key = encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', body)))
    await database.query(keepSql, key, code, reason, receivedAt, btoa(latin1Text(body)))
  },
  async list({ limit = 100, after } = {}) {
    return (await database.query(listSql, after?.receivedAt ?? 0, after?.key ?? '', limit)).map(keptOf)
  },
  async replayTo(key, send) {
    const [row] = await database.query(findSql, key)
    if (!row) return false
    const kept = keptOf(row)
    await send(kept)
    await database.query(forgetUnchangedSql, key, kept.count)
    return true
  },
  async forget(key) {
    return (await database.query(forgetSql, key)).length > 0
  },
  async sweep(limit, olderThanMs) {
    return (await database.query(sweepSql, now() - olderThanMs, limit)).length
  },
})

/**
 * A receiver's `quarantine`: what would be answered with 422 is kept, and answered with 202. The sender hears 503 while it
 * cannot be kept.
 */
export const toQuarantine =
  <Env = void>(quarantine: (env: Env) => Pick<Quarantine, 'keep'>): QuarantineHook<Env> =>
  async (outcome, { env, receivedAt, body }) => {
    const { code, reason = '' } = outcome
    // All of them are verified: nothing else is worth a row.
    if (outcomeStatuses[code] !== 422) return outcome
    await quarantine(env).keep({ code, reason, receivedAt, body })
    return { ...outcome, code: 'quarantined', reason: `${code} ${reason}`.trim() }
  }
