import { createAccounts, type Accounts } from '../accounts/accounts.ts'
import type { Storage } from '../config/config.ts'
import { migrate, readMigrations } from '../store/migrate.ts'
import { openPostgres } from '../store/postgres.ts'
import { hasSqlite, openSqlite } from '../store/sqlite.ts'
import { completed, type Parts } from './parts.ts'
import { openDatabase } from './storage.ts'

/** Brings the schema of a database up to date; answers the names of the migrations that were missing. */
export const migrateDatabase = async (
  { database: choice, dataFolder: folder }: Storage,
  given: Partial<Parts> = {},
): Promise<readonly string[]> => {
  const { clock, log, onFatal } = completed(given)
  const database =
    choice.kind === 'postgres' ? openPostgres({ url: choice.url, clock, log }) : openSqlite({ folder, clock, onFatal })
  try {
    return await migrate(database, readMigrations(database.driver), clock)
  } finally {
    await database.close()
  }
}

/** The accounts alone, without the rest of the server. */
export type OpenAccounts = { readonly accounts: Accounts; close(): Promise<void> }

/** Opens the accounts of a database. */
export const openAccounts = async (storage: Storage, given: Partial<Parts> = {}): Promise<OpenAccounts> => {
  const parts = completed(given)
  const database = await openDatabase(storage, parts)
  return {
    accounts: createAccounts({ database, clock: parts.clock, random: parts.random }),
    close: () => database.close(),
  }
}

/** Whether there is a database to be opened; on a server there always is one. Makes nothing. */
export const hasDatabase = ({ database, dataFolder }: Storage): boolean =>
  database.kind === 'postgres' || hasSqlite(dataFolder)
