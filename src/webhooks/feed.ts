import { eventTypes } from '@imagehooks/receiver'
import { AppError } from '../domain/errors.ts'
import type { Database } from '../store/database.ts'
import { readFeedBounds, scanFeed, type FeedBounds, type FeedEvent, type FeedWish } from '../store/feed-reader.ts'

/** Where a reader begins: behind a cursor, with the oldest event that is kept, or with what comes from now on. */
export type FeedStart = number | 'oldest' | 'latest'

export type FeedPage = {
  readonly events: readonly FeedEvent[]
  /** The cursor to go on from: nothing of those types stands between the last event and it. */
  readonly next: number
  /** Whether there may be more at once. */
  readonly more: boolean
}

/** The events of an account in the order in which they became visible. */
export type Feed = {
  /**
   * The cursor of a start.
   * @throws AppError `cursor_expired` when retention has removed something behind it; `bad_request` for one beyond the end.
   */
  begin(start: FeedStart): Promise<number>
  /**
   * The events behind a cursor, up to `limit`. Fewer, or none, does not mean the end: one call looks at a bounded
   * number of events of other types.
   * @throws AppError as `begin`.
   */
  read(accountId: string, wish: FeedWish): Promise<FeedPage>
}

/** Events that one call looks at, and one statement of it when types are chosen. */
const scanLimit = 2000
const scanStep = 250

const requireReadable = (after: number, { floor, last }: FeedBounds): void => {
  if (after < floor)
    throw new AppError(
      'cursor_expired',
      'Events behind this cursor are older than the retention and were removed; begin without a cursor to read what is kept, and list images for the rest.',
      { pointer: 'after' },
    )
  if (after > last)
    throw new AppError(
      'bad_request',
      'after lies beyond the end of the feed; it is a cursor of another server, so begin without one.',
      { pointer: 'after' },
    )
}

export const createFeed = (database: Pick<Database, 'read'>): Feed => ({
  async begin(start) {
    const bounds = await readFeedBounds(database)
    if (start === 'oldest') return bounds.floor
    if (start === 'latest') return bounds.last
    requireReadable(start, bounds)
    return start
  },
  async read(accountId, { after, types, limit, imageId }) {
    const everyType = eventTypes.every((type) => types.includes(type))
    const events: FeedEvent[] = []
    let next = after
    for (let scannedCount = 0; scannedCount < scanLimit;) {
      const step = everyType ? limit - events.length : scanStep
      const scan = await scanFeed(database, accountId, { after: next, types, limit: step, imageId })
      requireReadable(next, scan.bounds)
      const found = scan.events.slice(0, limit - events.length)
      events.push(...found)
      if (events.length === limit) return { events, next: found.at(-1)?.position ?? next, more: true }
      // All up to the end of the feed was seen, so a reader of a quiet account keeps pace with it.
      if (scan.scannedCount < step) return { events, next: Math.max(scan.reached, scan.bounds.last), more: false }
      next = scan.reached
      scannedCount += scan.scannedCount
    }
    return { events, next, more: true }
  },
})
