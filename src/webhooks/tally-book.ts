import type { Unit } from '../store/database.ts'
import { sumTallies, type Tally } from '../domain/tally.ts'
import { bucketOf, putTallyParts, spansMs, type TallyPart } from '../store/tallies.ts'

/** What is to be counted for an endpoint, and with it for its account. */
export type EndpointTally = { readonly endpointId: string; readonly accountId: string; readonly tally: Tally }

/** Statements that write counts, and what has to be said once it is known what became of them. */
export type Entry = {
  readonly unit: Unit
  /** They are committed. */ committed(): void
  /** They may be. */ doubted(): void
}

/** Where a worker keeps the parts that it goes on with. */
export type TallyBook = {
  /** Counts what a batch brought. One entry at a time: it is committed or doubted before the next. */
  enter(tallies: readonly EndpointTally[], now: number): Entry
}

/** Parts that are gone on with; who has more endpoints at once begins new parts more often. */
const mostParts = 8192

const subjectsOf = (tallies: readonly EndpointTally[]): Map<string, Tally> => {
  const bySubject = new Map<string, Tally[]>()
  for (const { endpointId, accountId, tally } of tallies)
    for (const subjectId of [endpointId, accountId]) {
      const list = bySubject.get(subjectId)
      if (list) list.push(tally)
      else bySubject.set(subjectId, [tally])
    }
  return new Map([...bySubject].map(([subjectId, list]) => [subjectId, sumTallies(list)]))
}

/**
 * A book of one worker. For each endpoint, account and span of time the worker has a part of its own in the database and
 * knows what stands in it, so a batch costs one write per part without a read, and no two workers ever write the same
 * row. A part whose commit is in doubt is left as it is and another is begun, so nothing is counted twice or lost.
 * `writer` is unique among all that share the database.
 */
export const createTallyBook = (writer: string): TallyBook => {
  const parts = new Map<string, TallyPart>()
  let begun = 0

  const partFor = (subjectId: string, spanMs: number, bucketAt: number, tally: Tally): TallyPart => {
    const known = parts.get(`${subjectId} ${spanMs}`)
    if (known?.bucketAt === bucketAt) return { ...known, tally: sumTallies([known.tally, tally]) }
    begun += 1
    return { subjectId, spanMs, bucketAt, part: `${writer}.${begun}`, tally }
  }

  return {
    enter(tallies, now) {
      const entered = [...subjectsOf(tallies)].flatMap(([subjectId, tally]) =>
        spansMs.map((spanMs) => partFor(subjectId, spanMs, bucketOf(now, spanMs), tally)),
      )
      const forget = (): void => {
        for (const { subjectId, spanMs } of entered) parts.delete(`${subjectId} ${spanMs}`)
      }
      return {
        unit: putTallyParts(entered),
        committed() {
          forget()
          for (const part of entered) parts.set(`${part.subjectId} ${part.spanMs}`, part)
          for (const key of parts.keys()) {
            if (parts.size <= mostParts) break
            parts.delete(key)
          }
        },
        doubted: forget,
      }
    },
  }
}
