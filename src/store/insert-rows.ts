import type { Statement, Unit, Value } from './database.ts'

/** Rows of one statement: few sizes, so that each is prepared once on a connection and kept. */
const sizes = [64, 16, 4, 1] as const

/** Where rows go: `insert into … (…)`, and what may follow the values, such as `on conflict …`. */
export type RowsInsert = { readonly into: string; readonly columnCount: number; readonly after?: string }

const statementOf = ({ into, columnCount, after = '' }: RowsInsert, rows: readonly (readonly Value[])[]): Statement => {
  const places = rows.map((_, row) =>
    Array.from({ length: columnCount }, (_unused, column) => `$${row * columnCount + column + 1}`).join(', '),
  )
  return {
    sql: `${into} values ${places.map((each) => `(${each})`).join(', ')} ${after}`.trim(),
    parameters: rows.flat(),
  }
}

/**
 * Inserts rows by as few statements as it takes, which costs a database a fraction of a statement for each. They are all
 * inserted or the unit does not hold.
 */
export const insertRows = (insert: RowsInsert, rows: readonly (readonly Value[])[]): Unit => {
  const unit: Statement[] = []
  for (let at = 0; at < rows.length;) {
    const size = sizes.find((each) => each <= rows.length - at) ?? 1
    unit.push(statementOf(insert, rows.slice(at, at + size)))
    at += size
  }
  return unit
}
