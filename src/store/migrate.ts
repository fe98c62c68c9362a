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

/** What a driver offers for migrating besides the port: many statements at once, outside a unit. */
export type Migratable = {
  /** Runs one migration's SQL and the row that records it, in one transaction. */
  migrate(migration: Migration, appliedAt: number): Promise<void>
  /** The numbers and digests of what was applied, in order; none on an empty database. */
  applied(): Promise<readonly { readonly number: number; readonly digest: string }[]>
}

/** Reads the record of applied migrations; the table must be there. */
export const readApplied = async (
  database: Pick<Database, 'read'>,
): Promise<readonly { number: number; digest: string }[]> => {
  const rows = await database.read('select number, digest from schema_migration order by number', [])
  return rows.map((row) => ({ number: number(row, 'number'), digest: text(row, 'digest') }))
}

/**
 * Brings a database to the newest schema; answers the names of what was applied. Refuses a schema newer than the code,
 * and one whose applied migrations are not the ones the code knows.
 */
export const migrate = async (target: Migratable, known: readonly Migration[], clock: Clock): Promise<string[]> => {
  const applied = await target.applied()
  if (applied.length > known.length)
    throw new SchemaError(
      `The database has schema ${applied.length}, newer than this version knows (${known.length}); run a newer Imagehooks.`,
    )
  for (const [index, { digest }] of applied.entries()) {
    if (known[index]?.digest !== digest)
      throw new SchemaError(
        `Migration ${known[index]?.name ?? index + 1} in the database differs from the one in this version; they are never edited after release.`,
      )
  }
  const missing = known.slice(applied.length)
  for (const migration of missing) await target.migrate(migration, clock.now())
  return missing.map(({ name }) => name)
}
