import type { Database, Statement, Unit } from './database.ts'
import { bytes, text } from './row.ts'

/** What was answered to the first request with a key. */
export type RememberedAnswer = {
  readonly accountId: string
  readonly key: string
  /** Tells the request from another one with the same key. */
  readonly fingerprint: string
  readonly masterKeyId: string
  readonly sealed: Uint8Array
  readonly createdAt: number
}

/** Remembers an answer, in the place of one that was made by `forgetBy`. A conflict means that the key has an answer. */
export const rememberAnswer = (answer: RememberedAnswer, forgetBy: number): Unit => [
  {
    sql: 'delete from idempotency_key where account_id = $1 and key = $2 and created_at <= $3',
    parameters: [answer.accountId, answer.key, forgetBy],
  },
  {
    sql: `insert into idempotency_key (account_id, key, fingerprint, master_key_id, sealed, created_at)
          values ($1, $2, $3, $4, $5, $6)`,
    parameters: [answer.accountId, answer.key, answer.fingerprint, answer.masterKeyId, answer.sealed, answer.createdAt],
    expect: 1,
  },
]

/** The answer to a key that was made after `forgetBy`. */
export const findAnswer = async (
  database: Database,
  accountId: string,
  key: string,
  forgetBy: number,
): Promise<Pick<RememberedAnswer, 'fingerprint' | 'masterKeyId' | 'sealed'> | undefined> => {
  const [row] = await database.read(
    'select * from idempotency_key where account_id = $1 and key = $2 and created_at > $3',
    [accountId, key, forgetBy],
  )
  return (
    row && {
      fingerprint: text(row, 'fingerprint'),
      masterKeyId: text(row, 'master_key_id'),
      sealed: bytes(row, 'sealed'),
    }
  )
}

/** Removes up to `limit` answers made by then; answers how many. */
export const sweepAnswers = async (database: Database, madeBy: number, limit: number): Promise<number> => {
  const rows = await database.read(
    'select account_id, key from idempotency_key where created_at <= $1 order by created_at limit $2',
    [madeBy, limit],
  )
  const remove = (accountId: string, key: string): Statement => ({
    sql: 'delete from idempotency_key where account_id = $1 and key = $2 and created_at <= $3',
    parameters: [accountId, key, madeBy],
  })
  if (rows.length > 0) await database.write(rows.map((row) => remove(text(row, 'account_id'), text(row, 'key'))))
  return rows.length
}
