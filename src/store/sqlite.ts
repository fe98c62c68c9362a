import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ConfigError } from '../config/config-error.ts'
import { makeFolder } from '../config/make-folder.ts'
import type { Clock } from '../domain/clock.ts'
import type { Database, Notice, Row, Statement, Unit, UnitOutcome } from './database.ts'
import { lockFile, sqliteErrorCode } from './file-lock.ts'
import { readApplied, type ApplyMigration, type Migratable } from './migrate.ts'
import { accountsOfFeed, appendsToFeed, sequenceFeed } from './feed.ts'

/** Units that share one commit, so that one fsync serves them all. */
const unitsPerCommit = 64
/** Turns of the event loop that a batch may grow for; on a busy server they take a millisecond or two. */
const gatheringTurns = 8

type Pending = { unit: Unit; resolve: (outcome: UnitOutcome) => void; reject: (error: unknown) => void }

export type SqliteOptions = {
  /** Made when it is missing. Holds `imagehooks.db` and `imagehooks.lock`. */
  readonly folder: string
  readonly clock: Clock
  /**
   * Called when a commit fails. What the database then holds is unknown to everyone who waits, so the process has to
   * end and start from what is on the disk.
   */
  readonly onFatal: (error: Error) => void
}

const databasePath = (folder: string): string => join(folder, 'imagehooks.db')

/** Whether a data folder holds a database; only looks. */
export const hasSqlite = (folder: string): boolean => existsSync(databasePath(folder))

/** Thrown when another process has the same data folder open. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError'
}

/** `$1` → `?1`: SQLite reads `$1` as a name. No statement of ours holds a `$` elsewhere. */
const numbered = (sql: string): string => sql.replaceAll(/\$(\d+)/g, '?$1')

const prepareOnce = (connection: DatabaseSync): ((sql: string) => StatementSync) => {
  const prepared = new Map<string, StatementSync>()
  return (sql) => {
    let statement = prepared.get(sql)
    if (!statement) prepared.set(sql, (statement = connection.prepare(numbered(sql))))
    return statement
  }
}

/** SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE. */
const isConflict = (error: unknown): boolean => [1555, 2067].includes(sqliteErrorCode(error) ?? 0)

/** Makes this process the owner of a folder; answers what gives it up. */
const lockFolder = (folder: string): (() => void) => {
  const release = lockOf(folder)
  if (release) return release
  throw new FolderInUseError(
    `Another Imagehooks process uses the data folder ${folder}; stop it or choose another with --data-dir.`,
  )
}

const lockOf = (folder: string): (() => void) | undefined => {
  try {
    return lockFile(join(folder, 'imagehooks.lock'))
  } catch (cause) {
    // SQLITE_CANTOPEN: some folders look writable and take no file, such as /proc.
    if (sqliteErrorCode(cause) !== 14) throw cause
    throw new ConfigError(`No files can be made in the data folder ${folder}; choose another with --data-dir.`)
  }
}

const open = (path: string, clock: Clock, readOnly: boolean): DatabaseSync => {
  const connection = new DatabaseSync(path, { readOnly })
  connection.exec('pragma busy_timeout = 1000; pragma cache_size = -32000; pragma temp_store = memory')
  connection.function('db_now', () => clock.now())
  return connection
}

/** Runs one unit inside the open transaction; answers its outcome and leaves no trace of a unit that did not hold. */
const runUnit = (connection: DatabaseSync, prepare: (sql: string) => StatementSync, unit: Unit): UnitOutcome => {
  const changes: number[] = []
  const rows: (readonly Row[])[] = []
  const undo = (reason: 'conflict' | 'count', index: number): UnitOutcome => {
    connection.exec('rollback to unit; release unit')
    return { committed: false, reason, index }
  }
  connection.exec('savepoint unit')
  for (const [index, statement] of unit.entries()) {
    try {
      const outcome = runStatement(prepare(statement.sql), statement)
      changes.push(outcome.changes)
      rows.push(outcome.rows)
      if (statement.expect !== undefined && outcome.changes !== statement.expect) return undo('count', index)
    } catch (error) {
      if (isConflict(error)) return undo('conflict', index)
      connection.exec('rollback to unit; release unit')
      throw error
    }
  }
  connection.exec('release unit')
  return { committed: true, changes, rows }
}

const runStatement = (prepared: StatementSync, statement: Statement): { changes: number; rows: readonly Row[] } => {
  if (!/\breturning\b/.test(statement.sql))
    return { changes: Number(prepared.run(...statement.parameters).changes), rows: [] }
  const rows = prepared.all(...statement.parameters)
  return { changes: rows.length, rows }
}

/**
 * The embedded database: one file, write-ahead log, every commit fsynced. One process owns it. Units that wait are put
 * into one commit, up to 64, each in a savepoint of its own.
 */
export const openSqlite = ({ folder, clock, onFatal }: SqliteOptions): Database & Migratable => {
  makeFolder(folder)
  const unlock = lockFolder(folder)
  const path = databasePath(folder)
  const writer = open(path, clock, false)
  writer.exec('pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 67108864')
  const reader = open(path, clock, true)
  const prepareWrite = prepareOnce(writer)
  const prepareRead = prepareOnce(reader)
  const listeners = new Set<(notice: Notice) => void>()
  let waiting: Pending[] = []
  let scheduled = false
  let closed = false

  /** Lets a batch grow for as long as each turn of the event loop brings more, so that a busy server syncs less often. */
  const schedule = (turnsLeft = gatheringTurns, before = 0): void => {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      const grows = waiting.length > before && waiting.length < unitsPerCommit
      if (grows && turnsLeft > 0 && !closed) schedule(turnsLeft - 1, waiting.length)
      else flush()
    })
  }

  const tell = (notice: Notice): void => {
    if (notice.ids.length > 0) for (const hear of listeners) hear(notice)
  }

  const flush = (): void => {
    const batch = waiting.slice(0, unitsPerCommit)
    waiting = waiting.slice(unitsPerCommit)
    if (waiting.length > 0) schedule()
    if (batch.length === 0) return
    const answers: (() => void)[] = []
    try {
      writer.exec('begin immediate')
      for (const { unit, resolve, reject } of batch) {
        try {
          const outcome = runUnit(writer, prepareWrite, unit)
          answers.push(() => resolve(outcome))
        } catch (error) {
          answers.push(() => reject(error))
        }
      }
      if (batch.some(({ unit }) => unit.some(appendsToFeed))) {
        const rows = sequenceFeed.map((statement) => runStatement(prepareWrite(statement.sql), statement).rows)
        answers.push(() => tell({ topic: 'feed', ids: accountsOfFeed(rows) }))
      }
      writer.exec('commit')
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const error = new Error(`The database could not commit (${reason}); what it holds is on the disk, start again.`, {
        cause,
      })
      for (const { reject } of batch) reject(error)
      onFatal(error)
      return
    }
    for (const answer of answers) answer()
  }

  const read: Database['read'] = async (sql, parameters) => prepareRead(sql).all(...parameters)

  const applyMigration: ApplyMigration = async ({ number, name, sql, digest }, appliedAt) => {
    writer.exec('begin immediate')
    try {
      writer.exec(sql)
      prepareWrite('insert into schema_migration (number, name, digest, applied_at) values ($1, $2, $3, $4)').run(
        number,
        name,
        digest,
        appliedAt,
      )
      writer.exec('commit')
    } catch (error) {
      // SQLite has done so itself where the disk is full.
      if (writer.isTransaction) writer.exec('rollback')
      throw error
    }
  }

  return {
    driver: 'sqlite',
    exclusive: true,
    write: (unit) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new Error('The database is closed.'))
          return
        }
        waiting.push({ unit, resolve, reject })
        schedule()
      }),
    read,
    notify: tell,
    listen: (hear) => {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
    applied: async () => {
      writer.exec(
        'create table if not exists schema_migration (number integer not null primary key, name text not null, digest text not null, applied_at integer not null) strict',
      )
      return readApplied({ read })
    },
    // The lock on the folder keeps others out.
    migrateAlone: (work) => work(applyMigration),
    healthy: async () => prepareRead('select 1 as one').get() !== undefined,
    close: async () => {
      if (closed) return
      closed = true
      while (waiting.length > 0) flush()
      reader.close()
      writer.close()
      unlock()
    },
  }
}
