import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../domain/clock.ts'
import type { Database } from './database.ts'
import { number, text } from './row.ts'

/** One step of the schema: plain SQL, forward only. */
export type Migration = {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly digest: string
}

/** Thrown when the database and the code do not fit; the sentence says what to do. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
}

const migrationsFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))

/** The migrations of one driver, in order. Their numbers run from 1 without a gap. */
export const readMigrations = (driver: Database['driver']): readonly Migration[] => {
  const folder = join(migrationsFolder, driver)
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
  return files.map((name, index) => {
    const sql = readFileSync(join(folder, name), 'utf8')
    if (!name.startsWith(`${String(index + 1).padStart(4, '0')}_`))
      throw new SchemaError(`Migration ${name} is out of order: number ${index + 1} was expected.`)
    return { number: index + 1, name, sql, digest: createHash('sha256').update(sql).digest('hex') }
  })
}

/** Runs one migration's SQL and the row that records it, in one transaction. */
export type ApplyMigration = (migration: Migration, appliedAt: number) => Promise<void>

/** What a driver offers for migrating besides the port: many statements at once, outside a unit. */
export type Migratable = {
  /** Hands over the means to migrate, while no other process has it. */
  migrateAlone<Result>(work: (apply: ApplyMigration) => Promise<Result>): Promise<Result>
  /** The numbers and digests of what was applied, in order; none on an empty database. */
  applied(): Promise<readonly AppliedMigration[]>
}

export type AppliedMigration = { readonly number: number; readonly digest: string }

/** Reads the record of applied migrations; the table must be there. */
export const readApplied = async (database: Pick<Database, 'read'>): Promise<readonly AppliedMigration[]> => {
  const rows = await database.read('select number, digest from schema_migration order by number', [])
  return rows.map((row) => ({ number: number(row, 'number'), digest: text(row, 'digest') }))
}

const checkDigests = (applied: readonly AppliedMigration[], known: readonly Migration[]): void => {
  for (const [index, migration] of known.slice(0, applied.length).entries()) {
    if (migration.digest !== applied[index]?.digest)
      throw new SchemaError(
        `Migration ${migration.name} in the database differs from the one in this version; they are never edited after release.`,
      )
  }
}

/**
 * Brings a database to the newest schema; answers the names of what was applied. Refuses a schema newer than the code,
 * and one whose applied migrations are not the ones the code knows.
 */
export const migrate = (target: Migratable, known: readonly Migration[], clock: Clock): Promise<string[]> =>
  target.migrateAlone(async (apply) => {
    const applied = await target.applied()
    if (applied.length > known.length)
      throw new SchemaError(
        `The database has schema ${applied.length}, newer than this version knows (${known.length}); run a newer Imagehooks.`,
      )
    checkDigests(applied, known)
    const missing = known.slice(applied.length)
    for (const migration of missing) await apply(migration, clock.now())
    return missing.map(({ name }) => name)
  })

/**
 * For a process that may not migrate, since others use the database too. Refuses a schema older than the code; a newer
 * one is fine, since migrations leave the version before them at work while an upgrade is under way. Answers how many
 * migrations the database is ahead.
 */
export const checkSchema = async (
  target: Pick<Migratable, 'applied'>,
  known: readonly Migration[],
): Promise<number> => {
  const applied = await target.applied()
  checkDigests(applied, known)
  if (applied.length < known.length)
    throw new SchemaError(
      `The database has schema ${applied.length}, and this version needs ${known.length}: run imagehooks migrate with the same --database-url first.`,
    )
  return applied.length - known.length
}
