import { describe, onTestFinished } from 'vitest'
import { systemClock, type Clock } from '../../src/domain/clock.ts'
import type { Database } from '../../src/store/database.ts'
import { migrate, readMigrations } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { makeTemporaryFolder } from './temporary.ts'

/** One store driver as tests meet it. */
export type Driver = {
  readonly name: 'sqlite'
  /** An empty database with the newest schema; it is closed and removed when the present test ends. */
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

/** Every driver that there is. */
export const drivers: readonly Driver[] = [sqlite]

/** Runs a suite once for each store driver. */
export const describeDrivers = (name: string, suite: (driver: Driver) => void): void => {
  for (const driver of drivers) {
    describe(`${name} on ${driver.name}`, () => {
      suite(driver)
    })
  }
}
