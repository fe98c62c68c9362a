import { ApiError } from '../../client/api-error.ts'
import type { Client } from '../../client/client.ts'
import type { FeedMessage } from '../../client/feed.ts'
import { AnswerError } from '../../client/read.ts'
import { type Clock, sleep } from '../../domain/clock.ts'

/** What is told of the connection. */
export type FollowNews =
  | { readonly kind: 'connected'; readonly cursor: string }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string }

export type FollowParts = {
  readonly client: Client
  readonly clock: Clock
  /** Empty for all, those of a newer server too. */
  readonly types: readonly string[]
  /** One image's events alone. Default: all images'. */
  readonly imageId?: string | undefined
  /** Where it begins; undefined for what comes from now on. */
  readonly cursor: string | undefined
  readonly signal: AbortSignal
  readonly tell: (news: FollowNews) => void
}

/** The server says every 15 s that it lives. */
const silentMs = 45_000
/** Between one connection and the next try; the last for all that follow. */
const pausesMs = [100, 1000, 2000, 5000]
/** A connection that stood so long was a good one, and the pauses begin anew. */
const settledMs = 5000

const statusOf = (error: unknown): number => (error instanceof ApiError ? error.status : 0)

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A refusal that comes again however often it is asked. */
const isFinal = (error: unknown, hasStood: boolean): boolean => {
  if (error instanceof AnswerError) return true
  const status = statusOf(error)
  if (status === 401 || status === 403) return true
  // Where it has worked before, a proxy may answer like this while the server behind it is being replaced.
  return !hasStood && status >= 200 && status <= 499 && status !== 408 && status !== 429
}

/**
 * Follows the feed for as long as it is wanted, over as many connections as it takes; each goes on behind the last
 * message. Rejects when the server refuses the reader, or sends what is no feed.
 */
export async function* follow(parts: FollowParts): AsyncGenerator<FeedMessage> {
  const { client, clock, types, imageId, signal, tell } = parts
  let after = parts.cursor ?? 'latest'
  let failures = 0
  let hasStood = false
  let told = false
  const lost = (reason: string): void => {
    if (!told) tell({ kind: 'lost', reason })
    told = true
  }
  while (!signal.aborted) {
    const silence = new AbortController()
    let cancel = (): void => {}
    const hear = (): void => {
      cancel()
      cancel = clock.after(silentMs, () => silence.abort(new Error('The server has been silent for 45 s.')))
    }
    hear()
    const beganMs = clock.monotonic()
    try {
      const connection = AbortSignal.any([signal, silence.signal])
      let first = true
      for await (const message of client.readFeed({ after, types, imageId, signal: connection, onSign: hear })) {
        if (first) tell({ kind: 'connected', cursor: message.cursor })
        first = false
        hasStood = true
        told = false
        if (message.event) failures = 0
        // While the event is worked on nobody reads, and silence means nothing.
        cancel()
        yield message
        after = message.cursor
        hear()
      }
      if (!signal.aborted) lost('The server ended the connection.')
    } catch (error) {
      if (signal.aborted) return
      const status = statusOf(error)
      // 410: what stood behind the cursor was removed. 400: the cursor is of a feed that has begun anew.
      if ((status === 410 || status === 400) && after !== '' && after !== 'latest') {
        tell({ kind: 'skipped', reason: reasonOf(error) })
        after = status === 410 ? '' : 'latest'
        continue
      }
      if (isFinal(error, hasStood)) throw error
      lost(reasonOf(error))
    } finally {
      cancel()
    }
    if (clock.monotonic() - beganMs >= settledMs) failures = 0
    await sleep(clock, pausesMs[Math.min(failures, pausesMs.length - 1)] ?? 0, signal)
    failures += 1
  }
}
