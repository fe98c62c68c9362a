import type { AuditHook, AuditRecord } from '../pipeline/audit.ts'
import type { SqlDatabase, SqlValue } from '../sql/database.ts'

/** An audit record as it is kept: what was thrown has become text. */
export type KeptAudit = Omit<AuditRecord, 'error'> & { error?: string }

/** Which records to list. */
export type AuditPage = {
  /** Only those that were answered with 400 and above. Default all. */
  failuresOnly?: boolean
  /** Default 100. */
  limit?: number
}

/** Audit records in a database. */
export type AuditStore = {
  /** Keeps a record. */
  keep(record: AuditRecord): Promise<void>
  /** The newest first. */
  list(page?: AuditPage): Promise<KeptAudit[]>
  /** Forgets up to `limit` records older than `olderThanMs`; answers how many. */
  sweep(limit: number, olderThanMs: number): Promise<number>
}

const keepSql = `insert into imagehooks_audit (id, received_at, status, code, record) values ($1, $2, $3, $4, $5)`

const listSql = `select record from imagehooks_audit where status >= $1 order by received_at desc, id desc limit $2`

const sweepSql = `delete from imagehooks_audit where id in
  (select id from imagehooks_audit where received_at < $1 order by received_at limit $2) returning id`

const errorLengthLimit = 1000

/** A record as it is kept. An exception of a handler may quote anything, so its text is cut short. */
const textOf = ({ error, ...facts }: AuditRecord): string =>
  JSON.stringify({ ...facts, ...(error === undefined ? {} : { error: String(error).slice(0, errorLengthLimit) }) })

const isKept = (value: unknown): value is KeptAudit =>
  typeof value === 'object' && value !== null && 'code' in value && 'status' in value

/** Audit records in a database (`d1Database`, `sqliteDatabase`, `postgresDatabase`) that has the tables of `tables.sql`. */
export const createAuditStore = (
  database: SqlDatabase,
  { now = Date.now }: { now?: () => number } = {},
): AuditStore => ({
  async keep(record) {
    const values: SqlValue[] = [record.receivedAt, record.status, record.code, textOf(record)]
    await database.query(keepSql, crypto.randomUUID(), ...values)
  },
  async list({ failuresOnly = false, limit = 100 } = {}) {
    const rows = await database.query(listSql, failuresOnly ? 400 : 0, limit)
    return rows.map((row): unknown => JSON.parse(String(row['record']))).filter(isKept)
  },
  async sweep(limit, olderThanMs) {
    return (await database.query(sweepSql, now() - olderThanMs, limit)).length
  },
})

/**
 * An audit hook that keeps records. A request without a valid signature costs a row, so give the receiver a
 * `rateLimit`, or keep those that were believed: `when: ({ code }) => code !== 'unverified'`.
 */
export const keepAudit =
  <Env = void>(
    store: (env: Env) => Pick<AuditStore, 'keep'>,
    { when = () => true }: { when?: (record: AuditRecord) => boolean } = {},
  ): AuditHook<Env> =>
  async (record, env) => {
    if (when(record)) await store(env).keep(record)
  }
