import type { BlobStore, ListedBlob } from '../blobs/blob-store.ts'
import { type Clock, sleep } from '../domain/clock.ts'
import type { Database } from '../store/database.ts'
import { sweepDirectUploads } from '../store/direct-uploads.ts'
import { sweepAnswers } from '../store/idempotency-keys.ts'
import { blobHasImage } from '../store/images.ts'
import type { Log } from '../telemetry/log.ts'

export type SweepParts = {
  readonly database: Database
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly log: Log
}

/** What a sweep removed. */
export type Swept = {
  readonly blobCount: number
  readonly temporaryCount: number
  /** Upload URLs that expired, with drafts that were never filled. */
  readonly directUploadCount: number
  /** Answers to requests with an idempotency key. */
  readonly answerCount: number
}

/** An upload that began before its URL expired has come to its end by then. */
const directUploadAgeMs = 3_600_000
const answerAgeMs = 24 * 3_600_000

/** Rows of one turn. */
const rowsPerTurn = 200

/** Sweeps in turns until one finds less than it could; answers how much in all. */
const sweepRows = async (
  clock: Clock,
  signal: AbortSignal,
  turn: (limit: number) => Promise<number>,
): Promise<number> => {
  for (let count = 0; ; await sleep(clock, restMs)) {
    const swept = await turn(rowsPerTurn)
    count += swept
    if (swept < rowsPerTurn || signal.aborted) return count
  }
}

/** An upload that is an hour old refuses to commit, so what has no row after a day never gets one. */
const sweepAgeMs = 24 * 3_600_000

/** Blobs looked at in one turn, and the rest between turns: a sweep is in nobody's way. */
const blobsPerTurn = 500
const restMs = 100

/** So many of one turn without a row are no leftovers: the database is another one than these blobs belong to. */
const suspiciousCount = 100

type Turn = { readonly seenCount: number; readonly orphans: readonly ListedBlob[] }

const lookAt = async (database: Database, blobs: AsyncIterator<ListedBlob>): Promise<Turn> => {
  const orphans: ListedBlob[] = []
  for (let seenCount = 0; seenCount < blobsPerTurn; seenCount++) {
    const next = await blobs.next()
    if (next.done) return { seenCount, orphans }
    if (!(await blobHasImage(database, next.value.key))) orphans.push(next.value)
  }
  return { seenCount: blobsPerTurn, orphans }
}

/**
 * Removes what crashes left: temporaries and blobs without a row that are over a day old; and what has had its time: upload
 * URLs with drafts that were never filled, remembered answers. Stops at once when most
 * blobs have no row, which no crash explains, and when the signal aborts.
 */
export const sweep = async (
  { database, blobs, clock, log }: SweepParts,
  signal: AbortSignal = new AbortController().signal,
): Promise<Swept> => {
  const temporaryCount = await blobs.sweepTemporaries(sweepAgeMs)
  const directUploadCount = await sweepRows(clock, signal, (limit) =>
    sweepDirectUploads(database, clock.now() - directUploadAgeMs, limit),
  )
  const answerCount = await sweepRows(clock, signal, (limit) =>
    sweepAnswers(database, clock.now() - answerAgeMs, limit),
  )
  const listed = blobs.list({ olderThanMs: sweepAgeMs })[Symbol.asyncIterator]()
  let blobCount = 0
  try {
    for (;;) {
      const { seenCount, orphans } = await lookAt(database, listed)
      if (orphans.length > suspiciousCount && orphans.length * 2 > seenCount) {
        log.error(
          { seenCount, orphanCount: orphans.length },
          'Most blobs have no image in this database, so none was swept; is it the right one for these blobs?',
        )
        break
      }
      for (const { key } of orphans) await blobs.remove(key)
      blobCount += orphans.length
      if (seenCount < blobsPerTurn || signal.aborted) break
      await sleep(clock, restMs)
    }
  } finally {
    await listed.return?.()
  }
  return { blobCount, temporaryCount, directUploadCount, answerCount }
}
