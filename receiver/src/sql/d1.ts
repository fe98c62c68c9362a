import { inOrder, rowsOf, type SqlDatabase, type SqlValue } from './database.ts'

/** What is needed of a statement of Cloudflare's D1. */
export type D1Statement = {
  bind(...values: unknown[]): D1Statement
  all(): Promise<{ results: unknown[] }>
}

/** What is needed of a database of Cloudflare's D1; a binding fits as it is. */
export type D1Database = {
  prepare(sql: string): D1Statement
  batch(statements: D1Statement[]): Promise<{ results: unknown[] }[]>
}

/** A statement with its values, ready for a batch. */
export const d1Statement = (database: D1Database, sql: string, ...given: SqlValue[]): D1Statement => {
  const { sql: text, values } = inOrder(sql, given)
  return database.prepare(text).bind(...values)
}

/** A D1 binding as the receiver's own tables need it. Throws a TypeError, which says for whom, where it is missing. */
export const d1Database = (database: D1Database, name = 'd1Database'): SqlDatabase => {
  if (!database) throw new TypeError(`${name} has no database: check the name of the D1 binding.`)
  return {
    async query(sql, ...values) {
      const { results } = await d1Statement(database, sql, ...values).all()
      return rowsOf(results)
    },
  }
}
