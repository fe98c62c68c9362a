import type { Statement, Unit, Value } from './database.ts'

/** How many things one statement is about: few sizes, so that each is prepared once on a connection and kept. */
const sizes = [64, 16, 4, 1] as const

/** Cuts a list into batches of few sizes, in its order. */
export const inBatches = <Thing>(things: readonly Thing[]): (readonly Thing[])[] => {
  const batches: (readonly Thing[])[] = []
  for (let at = 0, size = 0; at < things.length; at += size) {
    size = sizes.find((each) => each <= things.length - at) ?? 1
    batches.push(things.slice(at, at + size))
  }
  return batches
}

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
export const insertRows = (insert: RowsInsert, rows: readonly (readonly Value[])[]): Unit =>
  inBatches(rows).map((batch) => statementOf(insert, batch))
