import type { Account, AccountSettings } from '../domain/account.ts'
import { publicVariant } from '../domain/variant.ts'
import type { Database, Row, Statement, Unit } from './database.ts'
import { flag, number, numberOrNull, text } from './row.ts'
import { insertVariant } from './variants.ts'

export const toAccount = (row: Row): Account => ({
  id: text(row, 'id'),
  hash: text(row, 'hash'),
  name: text(row, 'name'),
  createdAt: number(row, 'created_at'),
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

export const findAccount = async (database: Database, id: string): Promise<Account | undefined> => {
  const [row] = await database.read('select * from account where id = $1', [id])
  return row && toAccount(row)
}

/** The settings in a row that holds an account's columns. */
export const toAccountSettings = (row: Row): AccountSettings => ({
  flexibleVariants: flag(row, 'flexible_variants'),
  browserTtlSeconds: numberOrNull(row, 'browser_ttl_seconds'),
})

export const findAccountSettings = async (
  database: Database,
  accountId: string,
): Promise<AccountSettings | undefined> => {
  const [row] = await database.read('select * from account where id = $1', [accountId])
  return row && toAccountSettings(row)
}

/** Changes the settings that are given; its `returning` is the account's row. */
export const updateAccountSettings = (accountId: string, settings: Partial<AccountSettings>): Statement => ({
  sql: `update account set flexible_variants = coalesce($2, flexible_variants),
          browser_ttl_seconds = coalesce($3, browser_ttl_seconds)
        where id = $1 returning *`,
  parameters: [
    accountId,
    settings.flexibleVariants === undefined ? null : Number(settings.flexibleVariants),
    settings.browserTtlSeconds ?? null,
  ],
  expect: 1,
})

/** By the hash that stands in variant and upload URLs. */
export const findAccountByHash = async (database: Database, hash: string): Promise<Account | undefined> => {
  const [row] = await database.read('select * from account where hash = $1', [hash])
  return row && toAccount(row)
}

/** All accounts, oldest first. */
export const listAccounts = async (database: Database): Promise<readonly Account[]> =>
  (await database.read('select * from account order by created_at, id', [])).map(toAccount)
