import type { EventType } from '@imagehooks/receiver'
import type { Clock } from '../domain/clock.ts'
import type { FeedEvent } from '../store/feed-reader.ts'
import type { Feed } from '../webhooks/feed.ts'
import type { FeedFollower } from '../webhooks/feed-watch.ts'
import { feedEventView } from './feed-views.ts'

/** A quiet stream says so often that it lives; proxies close connections that are silent for a minute. */
const heartbeatMs = 15_000
/** A reader that has not taken the last bytes for so long is gone or too slow. */
const stalledMs = 60_000
/** How often a stream looks whether its token still holds. */
const checkEveryMs = 15_000
/** Events read at once, and kept until the reader has taken them. */
const pageSize = 32

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** JSON has no line breaks of its own, so one `data:` line holds it. */
const message = (event: FeedEvent): Uint8Array =>
  encode(`id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(feedEventView(event))}\n\n`)

/** An id without data moves the reader's cursor on and is no event (WHATWG HTML, section 9.2.6). */
const heartbeat = (cursor: number): Uint8Array => encode(`: \nid: ${cursor}\n\n`)

export type FeedStreamParts = {
  readonly accountId: string
  /** Where it begins. */
  readonly cursor: number
  readonly types: readonly EventType[]
  /** One image's events alone. Default: all images'. */
  readonly imageId?: string | undefined
  readonly feed: Feed
  /** Closed with the stream. */
  readonly follower: FeedFollower
  readonly clock: Clock
  /** Ends it: the server stops, or the reader has gone. */
  readonly ending: AbortSignal
  /** Whether the reader may still read. */
  readonly isAllowed: () => Promise<boolean>
  /** Breaks the connection of a reader that takes nothing. */
  readonly breakOff: () => void
}

/**
 * Server-sent events: what stands behind the cursor, then each event as it comes. One is handed over when the reader has
 * taken the one before, and none is read from the store before that page is used up, so a slow reader costs no memory.
 * Whatever ends it, the reader comes again with its last id and misses nothing.
 */
export const feedStream = (parts: FeedStreamParts): ReadableStream<Uint8Array> => {
  const { accountId, types, imageId, feed, follower, clock } = parts
  const finished = new AbortController()
  const ending = AbortSignal.any([parts.ending, finished.signal])
  let { cursor } = parts
  let page: FeedEvent[] = []
  let sentAt = clock.monotonic()
  let checkedAt = clock.monotonic()
  let canceled = false
  let cancelStall = (): void => {}

  const finish = (): void => {
    cancelStall()
    ending.removeEventListener('abort', finish)
    follower.close()
    finished.abort()
  }

  const watchStall = (): void => {
    cancelStall()
    cancelStall = clock.after(stalledMs, () => {
      finish()
      parts.breakOff()
    })
  }

  const mayGoOn = async (): Promise<boolean> => {
    if (ending.aborted) return false
    if (clock.monotonic() - checkedAt < checkEveryMs) return true
    checkedAt = clock.monotonic()
    return parts.isAllowed()
  }

  /** The next bytes; waits for them. Undefined at the end. */
  const next = async (): Promise<Uint8Array | undefined> => {
    while (await mayGoOn()) {
      const event = page.shift()
      if (event) return message(event)
      const read = await feed.read(accountId, { after: cursor, types, imageId, limit: pageSize })
      page = [...read.events]
      cursor = read.next
      if (page.length > 0 || read.more) continue
      const quietMs = clock.monotonic() - sentAt
      if (quietMs >= heartbeatMs) return heartbeat(cursor)
      await follower.grown(heartbeatMs - quietMs, ending)
    }
    return undefined
  }

  ending.addEventListener('abort', finish)
  watchStall()
  return new ReadableStream(
    {
      // The first bytes say that it stands, and where.
      start: (controller) => controller.enqueue(encode(`retry: 2000\nid: ${cursor}\n\n`)),
      async pull(controller) {
        cancelStall()
        // A failing store or a cursor that expired ends the stream; who comes again is told why.
        const bytes = await next().catch(() => undefined)
        if (bytes === undefined) {
          finish()
          if (!canceled) controller.close()
          return
        }
        sentAt = clock.monotonic()
        controller.enqueue(bytes)
        watchStall()
      },
      cancel() {
        canceled = true
        finish()
      },
    },
    { highWaterMark: 0 },
  )
}
