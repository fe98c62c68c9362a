import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { systemClock } from '../../src/domain/clock.ts'
import { migrate, readMigrations } from '../../src/store/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { silentLog } from '../../src/telemetry/log.ts'

/** What tests need to make databases of their own. */
export type PostgresTemplate = {
  /** A database of a user who may create others. */
  readonly adminUrl: string
  /** The name of a database that holds the newest schema and no rows. */
  readonly template: string
}

/** Makes the database that every test's own is copied from; `remove` drops it. */
export const makeTemplate = async (adminUrl: string): Promise<PostgresTemplate & { remove(): Promise<void> }> => {
  const template = `imagehooks_test_${randomBytes(4).toString('hex')}`
  const command = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: adminUrl })
    await client.connect()
    try {
      await client.query(sql)
    } finally {
      await client.end()
    }
  }
  await command(`create database ${template}`)
  const url = new URL(adminUrl)
  url.pathname = `/${template}`
  const database = openPostgres({ url: url.href, clock: systemClock, log: silentLog })
  try {
    await migrate(database, readMigrations('postgres'), systemClock)
  } finally {
    await database.close()
  }
  return { adminUrl, template, remove: () => command(`drop database ${template} with (force)`) }
}
