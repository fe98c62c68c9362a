import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Pool } from 'pg'
import { onTestFinished } from 'vitest'
import { makePostgresDatabase } from '../../test/ground/drivers.ts'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { postgresDatabase } from '../src/sql/postgres.ts'
import { d1Database } from '../src/sql/d1.ts'
import type { SqlDatabase } from '../src/sql/database.ts'
import { sqliteDatabase } from '../src/sql/sqlite.ts'
import { startWorkerd } from './workerd.ts'

/** Every table of the receiver, as it is published. */
export const tablesSql = readFileSync(new URL('../src/tables.sql', import.meta.url), 'utf8')

/** A SQLite file with the receiver's tables, and its path; closed when the present test ends. */
export const openSqliteFile = (
  path = `${temporaryFolder()}/receiver.sqlite`,
): { path: string; connection: DatabaseSync } => {
  const connection = new DatabaseSync(path)
  onTestFinished(() => connection.close())
  connection.exec(`pragma journal_mode = wal; pragma busy_timeout = 5000; ${tablesSql}`)
  return { path, connection }
}

/** A pool on a database of its own with the receiver's tables, and its URL; ended when the present test ends. */
export const openPool = async (): Promise<{ url: string; pool: Pool }> => {
  const url = await makePostgresDatabase({ bare: true })
  const pool = new Pool({ connectionString: url, max: 20 })
  // The pool's own promise does not wait for its connections, and a database cannot go before them.
  const ends: Promise<unknown>[] = []
  pool.on('connect', (client) => ends.push(once(client, 'end')))
  onTestFinished(async () => {
    await pool.end()
    await Promise.all(ends)
  })
  await pool.query(tablesSql)
  return { url, pool }
}

/** Each database on Node: the receiver's tables in it, and its own way to be asked. */
export const databases: readonly { name: string; open(): Promise<SqlDatabase> }[] = [
  { name: 'SQLite', open: async () => sqliteDatabase(openSqliteFile().connection) },
  { name: 'PostgreSQL', open: async () => postgresDatabase((await openPool()).pool) },
]

/** A D1 with the receiver's tables, in a workerd of its own that ends with the present test; asked from here. */
export const d1 = {
  name: 'D1',
  async open(): Promise<SqlDatabase> {
    const workerd = startWorkerd('inbox-worker.ts', { d1Databases: ['DB'] })
    onTestFinished(() => workerd.dispose())
    const database = await workerd.getD1Database('DB')
    for (const sql of tablesSql.split(';').filter((part) => part.trim())) await database.prepare(sql).all()
    return d1Database(database)
  },
}
