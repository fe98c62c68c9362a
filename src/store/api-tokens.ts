import type { Account, ApiToken, Permission } from '../domain/account.ts'
import { toAccount } from './accounts.ts'
import type { Database, Row, Statement, Unit } from './database.ts'
import { number, numberOrNull, text } from './row.ts'
import { takeAccount } from './take-account.ts'

const toPermission = (word: string): Permission => (word === 'read' ? 'read' : 'write')

const toToken = (row: Row): ApiToken => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  name: text(row, 'name'),
  permission: toPermission(text(row, 'permission')),
  createdAt: number(row, 'created_at'),
  lastUsedAt: numberOrNull(row, 'last_used_at'),
  revokedAt: numberOrNull(row, 'revoked_at'),
})

/** `digest` is the SHA-256 of the token, lower-case hex. */
export const insertToken = (token: ApiToken, digest: string): Statement => ({
  sql: `insert into api_token (id, account_id, digest, name, permission, created_at, last_used_at, revoked_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  parameters: [
    token.id,
    token.accountId,
    digest,
    token.name,
    token.permission,
    token.createdAt,
    token.lastUsedAt,
    token.revokedAt,
  ],
  expect: 1,
})

/** Inserts a token unless the account has that many live ones already; then the unit is undone by its count. */
export const insertTokenWithin = (token: ApiToken, digest: string, limit: number): Unit => [
  takeAccount(token.accountId),
  {
    sql: `insert into api_token (id, account_id, digest, name, permission, created_at)
          select $1, $2, $3, $4, $5, $6
          where (select count(*) from (
            select 1 from api_token where account_id = $2 and revoked_at is null limit $7) as live) < $7`,
    parameters: [token.id, token.accountId, digest, token.name, token.permission, token.createdAt, limit],
    expect: 1,
  },
]

/** Revokes a live token, but not the last live one that may write: its count of rows is then 0. */
export const revokeToken = (accountId: string, id: string, now: number): Unit => [
  takeAccount(accountId),
  {
    sql: `update api_token set revoked_at = $3
          where id = $2 and account_id = $1 and revoked_at is null and (permission = 'read' or exists (
            select 1 from api_token other where other.account_id = $1 and other.id <> $2
            and other.permission = 'write' and other.revoked_at is null))`,
    parameters: [accountId, id, now],
    expect: 1,
  },
]

export const touchToken = (id: string, now: number): Statement => ({
  sql: 'update api_token set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)',
  parameters: [id, now],
})

/** A token with its account. */
export type TokenOwner = { readonly account: Account; readonly token: ApiToken }

/** What `toTokenOwner` reads, from `api_token` joined with `account`. */
export const tokenOwnerColumns = `api_token.*, account.id as owner_id, account.hash as owner_hash,
  account.name as owner_name, account.created_at as owner_created_at`

export const toTokenOwner = (row: Row): TokenOwner => ({
  account: toAccount({
    id: row['owner_id'],
    hash: row['owner_hash'],
    name: row['owner_name'],
    created_at: row['owner_created_at'],
  }),
  token: toToken(row),
})

/** The live token with that digest and its account; undefined when there is none or it is revoked. */
export const findTokenOwner = async (database: Database, digest: string): Promise<TokenOwner | undefined> => {
  const [row] = await database.read(
    `select ${tokenOwnerColumns} from api_token join account on account.id = api_token.account_id
     where api_token.digest = $1 and api_token.revoked_at is null`,
    [digest],
  )
  return row && toTokenOwner(row)
}

/** The token with that digest, revoked or not. */
export const findTokenByDigest = async (database: Database, digest: string): Promise<ApiToken | undefined> => {
  const [row] = await database.read('select * from api_token where digest = $1', [digest])
  return row && toToken(row)
}

/** A token of the account, revoked or not. */
export const findToken = async (database: Database, accountId: string, id: string): Promise<ApiToken | undefined> => {
  const [row] = await database.read('select * from api_token where id = $1 and account_id = $2', [id, accountId])
  return row && toToken(row)
}

/** An account's tokens, oldest first. */
export const listTokens = async (database: Database, accountId: string): Promise<readonly ApiToken[]> =>
  (await database.read('select * from api_token where account_id = $1 order by id', [accountId])).map(toToken)
