import type { Clock } from '../domain/clock.ts'
import { removeFinishedAnnouncements } from '../store/announcements.ts'
import type { Database } from '../store/database.ts'
import { endTurn, readEventsBefore, removeEvents, takeTurn } from '../store/retention.ts'

export type RetentionParts = {
  readonly database: Database
  readonly clock: Clock
  /** Names this process; unique among all that share the database. */
  readonly owner: string
  readonly retentionMs: number
}

/** Events in one commit, and the rest between two: uploads wait for a few milliseconds at most. */
const eventsPerTurn = 100
const restMs = 50
/** Far longer than a batch takes; a process that died keeps others waiting for no longer. */
const turnMs = 60_000

const rest = (clock: Clock, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(restMs, done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })

/**
 * Removes what is older than the retention, in small batches, while no other process does; answers how many events went.
 * An event that waits for a delivery is left for a later time.
 */
export const retain = async (
  { database, clock, owner, retentionMs }: RetentionParts,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> => {
  const before = clock.now() - retentionMs
  let removedCount = 0
  let after = ''
  if (!(await takeTurn(database, 'retention', owner, turnMs))) return 0
  while (!signal.aborted) {
    const ids = await readEventsBefore(database, before, { after, limit: eventsPerTurn })
    const [first] = ids
    const last = ids.at(-1)
    if (first === undefined || last === undefined) break
    const outcome = await database.write(removeEvents(first, last))
    if (outcome.committed) removedCount += outcome.changes[1] ?? 0
    after = last
    await rest(clock, signal)
    if (!(await takeTurn(database, 'retention', owner, turnMs))) return removedCount
  }
  await database.write([removeFinishedAnnouncements(before, 1000)])
  await endTurn(database, 'retention', owner)
  return removedCount
}
