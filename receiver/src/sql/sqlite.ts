import { inOrder, rowsOf, type SqlDatabase } from './database.ts'

/** What is needed of a statement of `node:sqlite`. */
export type SqliteStatement = {
  all(...values: (string | number | null)[]): unknown[]
}

/** What is needed of a database of `node:sqlite`; a `DatabaseSync` fits as it is. */
export type SqliteConnection = {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
}

/** An open SQLite database as the receiver's own tables need it. Each statement is prepared once. */
export const sqliteDatabase = (connection: SqliteConnection): SqlDatabase => {
  const prepared = new Map<string, SqliteStatement>()
  return {
    async query(sql, ...given) {
      const { sql: text, values } = inOrder(sql, given)
      const statement = prepared.get(text) ?? connection.prepare(text)
      prepared.set(text, statement)
      return rowsOf(statement.all(...values))
    },
  }
}

/**
 * Runs `work` in a transaction that begins with the right to write. What it throws undoes it all, and is thrown on. It
 * must not wait for a promise: other work of the same connection would slip in.
 */
export const inSqliteTransaction = <Value>(connection: SqliteConnection, work: () => Value): Value => {
  connection.exec('begin immediate')
  try {
    const value = work()
    connection.exec('commit')
    return value
  } catch (error) {
    connection.exec('rollback')
    throw error
  }
}
