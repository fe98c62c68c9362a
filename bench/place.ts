import { rmSync } from 'node:fs'
import { Client } from 'pg'
import { systemClock } from '../src/domain/clock.ts'
import { migrate, readMigrations } from '../src/store/migrate.ts'
import { openPostgres } from '../src/store/postgres.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { startPostgres } from '../test/ground/postgres.ts'
import { startProgram, type Program } from './processes.ts'
import { benchFolder } from './shared.ts'

/** Brings the schema of a PostgreSQL database up to date; answers its URL. */
export const migrated = async (url: string): Promise<string> => {
  const database = openPostgres({ url, clock: systemClock, log: silentLog })
  await migrate(database, readMigrations('postgres'), systemClock)
  await database.close()
  return url
}

/** An empty database of its own. */
export type Place = {
  /** Undefined for the embedded database. */
  readonly databaseUrl: string | undefined
  /** The engine on it, in a process of its own, not yet at work unless told. */
  machine(...args: readonly string[]): Promise<Program>
}

/** Where scenarios find their databases. */
export type Ground = {
  readonly driver: 'sqlite' | 'postgres'
  place(): Promise<Place>
  /** Holds an old snapshot open until the function it answers is called; on the embedded database there is nothing to hold. */
  holdSnapshot(place: Place): Promise<() => Promise<void>>
  /**
   * Keeps PostgreSQL from its own housekeeping while the work lasts: once a minute it makes commits wait
   * for the disk for 50 to 200 ms, whoever it happens to fall on. On the embedded database there is nothing to keep it from.
   */
  withoutVacuum<Result>(work: () => Promise<Result>): Promise<Result>
  /** Has PostgreSQL take its statistics, by which it plans, now. */
  analyze(place: Place): Promise<void>
  /** Has PostgreSQL write to its files what it owes them, which it would do in the background of what follows. */
  flush(): Promise<void>
  stop(): Promise<void>
}

const administer = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const admin = new Client({ connectionString: url })
  await admin.connect()
  for (const statement of statements) await admin.query(statement)
  await admin.end()
}

const setVacuum = (url: string, to: 'on' | 'off'): Promise<void> =>
  administer(url, `alter system set autovacuum = ${to}`, 'select pg_reload_conf()')

export const openGround = async (driver: Ground['driver']): Promise<Ground> => {
  const postgres = driver === 'postgres' ? await startPostgres({ durable: true }) : undefined
  const folders: string[] = []
  const newDatabase = async (name: string): Promise<string | undefined> => {
    if (!postgres) return undefined
    await administer(postgres.url(), `create database ${name}`)
    return migrated(postgres.url(name))
  }
  return {
    driver,
    async place() {
      const folder = benchFolder()
      folders.push(folder)
      const databaseUrl = await newDatabase(`bench_${folders.length}`)
      return { databaseUrl, machine: (...args) => startProgram('machine.ts', folder, databaseUrl ?? '', ...args) }
    },
    async holdSnapshot({ databaseUrl }) {
      if (databaseUrl === undefined) return async () => {}
      const client = new Client({ connectionString: databaseUrl })
      client.on('error', () => {})
      await client.connect()
      await client.query('begin isolation level repeatable read')
      await client.query('select count(*) from lane')
      return () => client.end()
    },
    async withoutVacuum(work) {
      if (!postgres) return work()
      await setVacuum(postgres.url(), 'off')
      try {
        return await work()
      } finally {
        await setVacuum(postgres.url(), 'on')
      }
    },
    async analyze({ databaseUrl }) {
      if (databaseUrl !== undefined) await administer(databaseUrl, 'analyze')
    },
    async flush() {
      if (postgres) await administer(postgres.url(), 'checkpoint')
    },
    async stop() {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
      await postgres?.stop()
    },
  }
}
