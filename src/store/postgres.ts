import type { Clock } from '../domain/clock.ts'
import type { Log } from '../telemetry/log.ts'
import type { Database } from './database.ts'
import { createFeedSequencer } from './feed-sequencer.ts'
import { appendsToFeed } from './feed.ts'
import { readApplied, type Migratable } from './migrate.ts'
import { createNotices } from './postgres-notices.ts'
import { connectionSettings, defaultLimits, openConnections, type PostgresLimits } from './postgres-pool.ts'
import { createWriter } from './postgres-writer.ts'

export type PostgresOptions = {
  /** `postgres://user:password@host:port/database`; a Unix socket's folder goes into `?host=`. Never logged. */
  readonly url: string
  /** Times waiting and trying again; leases run by the database's own clock. */
  readonly clock: Clock
  /** Told once when the database cannot be reached, and once when it answers again. */
  readonly log: Log
  /** Where the defaults do not fit. */
  readonly limits?: Partial<PostgresLimits>
}

export type PostgresDatabase = Database &
  Migratable & {
    /** Takes part in numbering the feed until it is closed; at any time one process of all does it. */
    sequence(): void
  }

/** Any number that other programs on the same database are unlikely to lock. */
const migrationLock = 4_747_001

const migrationTable = `create table if not exists schema_migration (
  number integer not null primary key, name text not null, digest text not null, applied_at bigint not null)`

const closedError = (): Error => new Error('The database is closed.')

/**
 * The database of many machines: PostgreSQL 14 or later. Connects when it is first used. While the server is away, reads
 * and writes wait for it a few seconds and then throw `unavailable`.
 */
export const openPostgres = ({ url, clock, log, limits: given }: PostgresOptions): PostgresDatabase => {
  const limits = { ...defaultLimits, ...given }
  const connections = openConnections(url, limits, clock, log)
  const writer = createWriter(connections)
  const notices = createNotices(connectionSettings(url, limits), clock)
  let closed = false

  const read: Database['read'] = async (sql, parameters) => {
    if (closed) throw closedError()
    return connections.use(async (session) => (await session.run(sql, parameters)).rows, { repeatable: true })
  }
  const sequencer = createFeedSequencer({ read, write: writer.write, notify: notices.notify, clock, log })

  return {
    driver: 'postgres',
    exclusive: false,
    async write(unit) {
      if (closed) throw closedError()
      const outcome = await writer.write(unit)
      if (outcome.committed && unit.some(appendsToFeed)) sequencer.wake()
      return outcome
    },
    read,
    notify: notices.notify,
    listen: notices.listen,
    sequence: sequencer.start,
    async applied() {
      const [row] = await read(`select to_regclass('schema_migration') is not null as there`, [])
      return row?.['there'] === true ? readApplied({ read }) : []
    },
    migrateAlone: (work) =>
      connections.useAlone(async (session) => {
        // Held until the connection ends: of many processes that start at once, one migrates and the others wait.
        await session.run('select pg_advisory_lock($1)', [migrationLock])
        await session.command(migrationTable)
        return work(async ({ number, name, sql, digest }, appliedAt) => {
          await session.command('begin')
          try {
            await session.command(sql)
            await session.run(
              'insert into schema_migration (number, name, digest, applied_at) values ($1, $2, $3, $4)',
              [number, name, digest, appliedAt],
            )
            await session.command('commit')
          } catch (error) {
            await session.command('rollback')
            throw error
          }
        })
      }),
    healthy: () =>
      read('select 1 as one', []).then(
        () => true,
        () => false,
      ),
    async close() {
      if (closed) return
      closed = true
      await sequencer.stop()
      await writer.settled()
      await notices.close()
      await connections.close()
    },
  }
}
