import type { Database, Row, Statement, Unit } from './database.ts'
import type { Sealed } from './endpoints.ts'
import { bytes, number, text } from './row.ts'
import { takeAccount } from './take-account.ts'

/** A signing key as it is stored: its value is sealed. */
export type StoredSigningKey = {
  readonly accountId: string
  readonly name: string
  readonly sealed: Sealed
  readonly createdAt: number
}

const toSigningKey = (row: Row): StoredSigningKey => ({
  accountId: text(row, 'account_id'),
  name: text(row, 'name'),
  sealed: { keyId: text(row, 'key_id'), bytes: bytes(row, 'sealed') },
  createdAt: number(row, 'created_at'),
})

/** Inserts a key where `allowed`, a condition over `$1` (account), `$2` (name) and `$6`, holds. */
const insertWhere = (
  { accountId, name, sealed, createdAt }: StoredSigningKey,
  allowed: string,
  sixth: number,
): Statement => ({
  sql: `insert into signing_key (account_id, name, key_id, sealed, created_at)
        select $1, $2, $3, $4, $5 where ${allowed}`,
  parameters: [accountId, name, sealed.keyId, sealed.bytes, createdAt, sixth],
})

/**
 * Adds a key, unless the account has one of that name, which stays as it is, or has `limit` others: whether it is there
 * then is seen in the list.
 */
export const putSigningKey = (key: StoredSigningKey, limit: number): Unit => [
  takeAccount(key.accountId),
  insertWhere(
    key,
    `not exists (select 1 from signing_key where account_id = $1 and name = $2)
       and (select count(*) from signing_key where account_id = $1) < $6`,
    limit,
  ),
]

/** Gives an account without any key this one. */
export const ensureSigningKey = (key: StoredSigningKey): Unit => [
  takeAccount(key.accountId),
  insertWhere(key, '(select count(*) from signing_key where account_id = $1) < $6', 1),
]

/** Removes a key; an account that is then without any gets `next`. */
export const deleteSigningKey = (accountId: string, name: string, next: StoredSigningKey): Unit => [
  takeAccount(accountId),
  {
    sql: 'delete from signing_key where account_id = $1 and name = $2',
    parameters: [accountId, name],
    expect: 1,
  },
  ...ensureSigningKey(next).slice(1),
]

/** An account's keys, oldest first; few, since their number is limited. */
export const listSigningKeys = async (database: Database, accountId: string): Promise<readonly StoredSigningKey[]> =>
  (await database.read('select * from signing_key where account_id = $1 order by created_at, name', [accountId])).map(
    toSigningKey,
  )
