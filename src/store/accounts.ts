import type { Account, ApiToken } from '../domain/account.ts'
import { publicVariant } from '../domain/variant.ts'
import type { Database, Row, Statement, Unit } from './database.ts'
import { number, numberOrNull, text } from './row.ts'
import { insertVariant } from './variants.ts'

const toAccount = (row: Row): Account => ({
  id: text(row, 'id'),
  hash: text(row, 'hash'),
  name: text(row, 'name'),
  createdAt: number(row, 'created_at'),
})

const toToken = (row: Row): ApiToken => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  name: text(row, 'name'),
  createdAt: number(row, 'created_at'),
  revokedAt: numberOrNull(row, 'revoked_at'),
})

/** An account with the variant that every account has. Its conflict means that the id or the hash is taken. */
export const insertAccount = (account: Account): Unit => [
  {
    sql: 'insert into account (id, hash, name, created_at) values ($1, $2, $3, $4)',
    parameters: [account.id, account.hash, account.name, account.createdAt],
    expect: 1,
  },
  insertVariant({ ...publicVariant, accountId: account.id, neverRequireSignedURLs: false, revision: 1 }),
]

/** `digest` is the SHA-256 of the token, lower-case hex. */
export const insertToken = (token: ApiToken, digest: string): Statement => ({
  sql: 'insert into api_token (id, account_id, digest, name, created_at, revoked_at) values ($1, $2, $3, $4, $5, $6)',
  parameters: [token.id, token.accountId, digest, token.name, token.createdAt, token.revokedAt],
  expect: 1,
})

export const findAccount = async (database: Database, id: string): Promise<Account | undefined> => {
  const [row] = await database.read('select * from account where id = $1', [id])
  return row && toAccount(row)
}

/** The account whose token has that digest; undefined when there is none or it is revoked. */
export const findAccountByTokenDigest = async (database: Database, digest: string): Promise<Account | undefined> => {
  const [row] = await database.read(
    `select account.* from api_token join account on account.id = api_token.account_id
     where api_token.digest = $1 and api_token.revoked_at is null`,
    [digest],
  )
  return row && toAccount(row)
}

/** All accounts, oldest first. */
export const listAccounts = async (database: Database): Promise<readonly Account[]> =>
  (await database.read('select * from account order by created_at, id', [])).map(toAccount)

/** The token with that digest, revoked or not. */
export const findToken = async (database: Database, digest: string): Promise<ApiToken | undefined> => {
  const [row] = await database.read('select * from api_token where digest = $1', [digest])
  return row && toToken(row)
}

/** An account's tokens, oldest first. */
export const listTokens = async (database: Database, accountId: string): Promise<readonly ApiToken[]> =>
  (await database.read('select * from api_token where account_id = $1 order by id', [accountId])).map(toToken)
