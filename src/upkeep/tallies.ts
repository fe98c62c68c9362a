import { type Clock, sleep } from '../domain/clock.ts'
import type { Database } from '../store/database.ts'
import { countUploads, deleteTallies, keptMs, readUploadCursor, spansMs } from '../store/tallies.ts'

/** Events looked at for one commit, and the rest between commits: counting is in nobody's way. */
const eventsPerTurn = 1000
const rowsPerTurn = 1000
const restMs = 50

/**
 * Counts the uploads that the feed has brought since the last time. Any process may do it: of two at once one gives way.
 */
export const countNewUploads = async (
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    const { countedTo, lastPosition } = await readUploadCursor(database)
    if (countedTo >= lastPosition) return
    const outcome = await database.write(countUploads(countedTo, Math.min(lastPosition, countedTo + eventsPerTurn)))
    if (!outcome.committed || countedTo + eventsPerTurn >= lastPosition) return
    await sleep(clock, restMs)
  }
}

/** Deletes counts that are older than any window. */
export const deleteOldTallies = async (
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> => {
  for (const spanMs of spansMs)
    while (!signal.aborted) {
      const outcome = await database.write(deleteTallies(spanMs, clock.now() - keptMs(spanMs), rowsPerTurn))
      if (!outcome.committed || outcome.changes.every((count) => count < rowsPerTurn)) break
      await sleep(clock, restMs)
    }
}
