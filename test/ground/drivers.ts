import { Client } from 'pg'
import { describe, inject, onTestFinished } from 'vitest'
import { systemClock, type Clock } from '../../src/domain/clock.ts'
import { databaseNow, type Database, type Statement } from '../../src/store/database.ts'
import { migrate, readMigrations } from '../../src/store/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { makeTemporaryFolder } from './temporary.ts'

/** One store driver as tests meet it. */
export type Driver = {
  readonly name: Database['driver']
  /**
   * An empty database with the newest schema; it is closed and removed when the present test ends. Its `db_now()` is the
   * given clock's time.
   */
  open(clock?: Clock): Promise<Database>
}

const sqlite: Driver = {
  name: 'sqlite',
  async open(clock = systemClock) {
    const folder = makeTemporaryFolder()
    const database = openSqlite({
      folder: folder.path,
      clock,
      onFatal: (error) => {
        throw error
      },
    })
    onTestFinished(async () => {
      await database.close()
      folder.remove()
    })
    await migrate(database, readMigrations('sqlite'), clock)
    return database
  },
}

/** Runs one statement as the owner of the test server. */
const command = async (sql: string): Promise<void> => {
  const client = new Client({ connectionString: inject('postgres').adminUrl })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

let madeCount = 0

/** The URL of an empty database, with the newest schema or `bare` of any; it is dropped when the present test ends. */
export const makePostgresDatabase = async ({ bare = false } = {}): Promise<string> => {
  const { adminUrl, template } = inject('postgres')
  const name = `${template}_${process.pid}_${madeCount++}`
  await command(`create database ${name} template ${bare ? 'template0' : template} strategy file_copy`)
  onTestFinished(() => command(`drop database ${name} with (force)`))
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}

/** PostgreSQL's own clock cannot be moved, so a test that moves time has the instant put in where a statement asks. */
const underClock = (database: Database, clock: Clock): Database => {
  const timed = (sql: string): string => sql.replaceAll(databaseNow, String(clock.now()))
  const timedStatement = (statement: Statement): Statement => ({ ...statement, sql: timed(statement.sql) })
  return {
    ...database,
    write: (unit) => database.write(unit.map(timedStatement)),
    read: (sql, parameters) => database.read(timed(sql), parameters),
  }
}

const postgres: Driver = {
  name: 'postgres',
  async open(clock = systemClock) {
    const url = await makePostgresDatabase()
    const database = openPostgres({ url, clock: systemClock, log: silentLog })
    database.sequence()
    onTestFinished(() => database.close())
    return clock === systemClock ? database : underClock(database, clock)
  },
}

/** Every driver that there is. */
export const drivers: readonly Driver[] = [sqlite, postgres]

/** Runs a suite once for each store driver. */
export const describeDrivers = (name: string, suite: (driver: Driver) => void): void => {
  for (const driver of drivers) {
    describe(`${name} on ${driver.name}`, () => {
      suite(driver)
    })
  }
}
