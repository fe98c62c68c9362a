import type { QueryResult } from 'pg'
import type { Statement, Unit, UnitOutcome } from './database.ts'
import { faultOf } from './postgres-faults.ts'
import type { Session } from './postgres-pool.ts'

const begin: Statement = { sql: 'begin', parameters: [] }
const commit: Statement = { sql: 'commit', parameters: [] }
const rollback: Statement = { sql: 'rollback', parameters: [] }

/** An insert of one row either inserts it or fails, so its count need not be looked at before the next statement. */
const insertsOneRow = ({ sql, expect }: Statement): boolean =>
  expect === 1 && /^insert into \w+ \([^)]*\)\s+values \(/.test(sql) && !/\bon conflict\b/.test(sql)

/** Whether the unit goes on only if the statement changes as many rows as it expects. */
const isChecked = (statement: Statement): boolean => statement.expect !== undefined && !insertsOneRow(statement)

/** Whether the whole unit can be sent at once with its commit, since no count decides how it goes on. */
export const isPlain = (unit: Unit): boolean => !unit.some(isChecked)

const send = (session: Session, statements: readonly Statement[]): Promise<PromiseSettledResult<QueryResult>[]> =>
  Promise.allSettled(statements.map(({ sql, parameters }) => session.run(sql, parameters)))

type Committed = Extract<UnitOutcome, { committed: true }>

const committed = (results: readonly QueryResult[]): Committed => ({
  committed: true,
  changes: results.map(({ rowCount }) => rowCount ?? 0),
  rows: results.map(({ rows }) => rows),
})

/**
 * One unit as one transaction. Statements are sent without waiting, up to the next one whose count decides; what follows
 * an error is refused by PostgreSQL itself, and so is the commit.
 */
export const runUnit = async (session: Session, unit: Unit): Promise<UnitOutcome> => {
  const framed = [begin, ...unit, commit]
  const results: QueryResult[] = []
  for (let from = 0; from < framed.length; from = results.length) {
    const checkedAt = framed.findIndex((statement, at) => at >= from && isChecked(statement))
    const part = framed.slice(from, checkedAt === -1 ? undefined : checkedAt + 1)
    for (const answer of await send(session, part)) {
      if (answer.status === 'fulfilled') {
        results.push(answer.value)
        continue
      }
      const fault = faultOf(answer.reason)
      if (fault !== 'lost' && !part.includes(commit)) await send(session, [rollback])
      if (fault === 'conflict') return { committed: false, reason: 'conflict', index: results.length - 1 }
      throw answer.reason
    }
    if (checkedAt >= 0 && results[checkedAt]?.rowCount !== framed[checkedAt]?.expect) {
      await send(session, [rollback])
      return { committed: false, reason: 'count', index: checkedAt - 1 }
    }
  }
  return committed(results.slice(1, -1))
}

/**
 * Plain units in one transaction and one round trip. Answers undefined when one of them does not hold: none is applied
 * then, and each has to be run by itself to tell which.
 */
export const runTogether = async (
  session: Session,
  units: readonly Unit[],
): Promise<readonly UnitOutcome[] | undefined> => {
  const results: QueryResult[] = []
  for (const answer of await send(session, [begin, ...units.flat(), commit])) {
    if (answer.status === 'fulfilled') results.push(answer.value)
    else if (faultOf(answer.reason) === 'lost') throw answer.reason
    else return undefined
  }
  let at = 1
  return units.map((unit) => committed(results.slice(at, (at += unit.length))))
}
