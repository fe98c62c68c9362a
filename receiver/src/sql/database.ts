/** A row, by the names of its columns. PostgreSQL's whole numbers of 64 bits may be text. */
export type Row = { readonly [column: string]: unknown }

/** A value that every database can hold. */
export type SqlValue = string | number | null

/**
 * A database as the receiver's own tables need it: one statement at a time, `$1`, `$2` … standing for the values, in the
 * SQL that SQLite and PostgreSQL share. Rejects when the database does not answer.
 */
export type SqlDatabase = {
  query(sql: string, ...values: SqlValue[]): Promise<Row[]>
}

/** A statement for a driver that numbers nothing: each `$n` becomes a `?` with a value of its own. */
export const inOrder = (sql: string, values: readonly SqlValue[]): { sql: string; values: SqlValue[] } => {
  const ordered: SqlValue[] = []
  const text = sql.replaceAll(/\$(\d+)/g, (_, number) => {
    ordered.push(values[Number(number) - 1] ?? null)
    return '?'
  })
  return { sql: text, values: ordered }
}

const isRow = (row: unknown): row is Row => typeof row === 'object' && row !== null

/** The rows of a driver's answer. */
export const rowsOf = (answer: readonly unknown[]): Row[] => answer.filter(isRow)
