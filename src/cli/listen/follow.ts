import type { Client } from '../../client/client.ts'
import type { FeedMessage } from '../../client/feed.ts'
import { type Clock, sleep } from '../../domain/clock.ts'

/** What is told of the connection. */
export type FollowNews =
  | { readonly kind: 'connected'; readonly cursor: string }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string }

export type FollowParts = {
  readonly client: Client
  readonly clock: Clock
  readonly types: readonly string[]
  /** Where it begins; undefined for what comes from now on. */
  readonly cursor: string | undefined
  readonly signal: AbortSignal
  readonly tell: (news: FollowNews) => void
}

/** The server says every 15 s that it lives. */
const silentMs = 45_000
const pausesMs = [100, 1000, 2000, 5000]

const statusOf = (error: unknown): number =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 0

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A refusal that comes again however often it is asked. */
const isFinal = (status: number): boolean => status >= 400 && status <= 499 && status !== 408 && status !== 429

/**
 * Follows the feed for as long as it is wanted, over as many connections as it takes; each goes on behind the last
 * message. Rejects when the server refuses the reader.
 */
export async function* follow(parts: FollowParts): AsyncGenerator<FeedMessage> {
  const { client, clock, signal, tell } = parts
  let after = parts.cursor ?? 'latest'
  let failures = 0
  while (!signal.aborted) {
    const silence = new AbortController()
    let cancel = (): void => {}
    const hear = (): void => {
      cancel()
      cancel = clock.after(silentMs, () => silence.abort(new Error('The server has been silent for 45 s.')))
    }
    hear()
    try {
      const connection = AbortSignal.any([signal, silence.signal])
      let first = true
      for await (const message of client.readFeed({ after, types: parts.types, signal: connection, onSign: hear })) {
        if (first) tell({ kind: 'connected', cursor: message.cursor })
        first = false
        failures = 0
        // While the event is worked on nobody reads, and silence means nothing.
        cancel()
        yield message
        after = message.cursor
        hear()
      }
      if (!signal.aborted) tell({ kind: 'lost', reason: 'The server ended the connection.' })
    } catch (error) {
      if (signal.aborted) return
      const status = statusOf(error)
      // 410: what stood behind the cursor was removed. 400: the cursor is of a feed that has begun anew.
      if ((status === 410 || status === 400) && after !== '') {
        tell({ kind: 'skipped', reason: reasonOf(error) })
        after = status === 410 ? '' : 'latest'
        continue
      }
      if (isFinal(status)) throw error
      if (failures === 0) tell({ kind: 'lost', reason: reasonOf(error) })
    } finally {
      cancel()
    }
    await Promise.race([sleep(clock, pausesMs[failures] ?? 5000), aborted(signal)])
    failures += 1
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
