import { createSigningSecret } from '@imagehooks/receiver/sign'
import type { FeedEvent } from '../../client/feed.ts'
import { userAgent } from '../../compose/version.ts'
import { type Clock, sleep } from '../../domain/clock.ts'
import type { GuardedClient } from '../../net/guarded-client.ts'
import { requestHeaders } from '../../webhooks/request-headers.ts'

/** What came of one request. */
export type Forwarded = {
  readonly attempt: number
  /** Null where no answer came. */
  readonly status: number | null
  readonly error: string | null
  readonly durationMs: number
  /** The answer counts as a failure although the receiver gave another one (`--fail`). */
  readonly pretended: boolean
}

export type ForwardParts = {
  readonly client: GuardedClient
  readonly clock: Clock
  readonly url: URL
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
  /** Waits so long before each request. */
  readonly delayMs: number
  /** Takes the first answers to each event for this status, as if they had been lost on the way. */
  readonly fail: { readonly status: number; readonly count: number } | undefined
  /** Ends the waiting for a receiver; a request under way is never broken off. */
  readonly signal: AbortSignal
  readonly report: (event: FeedEvent, forwarded: Forwarded) => void
}

/** Nobody listens at the address: a receiver that is being started again. */
const awayKinds: ReadonlySet<string> = new Set(['connect_refused'])
const awayPauseMs = 1000

/**
 * Sends an event to the receiver: the body as it stands in the feed, which as UTF-8 is what was signed and stored. A
 * receiver that is away is waited for. Answers whether the event is done with; false only when it was given up midway.
 */
export const createForwarder = (parts: ForwardParts): ((event: FeedEvent) => Promise<boolean>) => {
  const { client, clock, signal } = parts
  const signing = createSigningSecret(parts.secret)

  const send = async (event: FeedEvent, attempt: number): Promise<Forwarded & { readonly away: boolean }> => {
    const body = new TextEncoder().encode(event.body)
    const startedMs = clock.monotonic()
    const result = await client.send({
      url: parts.url,
      method: 'POST',
      headers: requestHeaders({
        event: { id: event.id, body, test: false },
        attemptNumber: attempt,
        sentAt: clock.now(),
        secrets: [signing],
        guideSecret: signing,
        userAgent,
        headers: parts.headers,
      }),
      body,
    })
    const pretended = parts.fail !== undefined && attempt <= parts.fail.count && result.status !== undefined
    return {
      attempt,
      status: (pretended ? parts.fail?.status : result.status) ?? null,
      error: result.error?.message ?? null,
      durationMs: Math.round(clock.monotonic() - startedMs),
      pretended,
      away: result.error !== undefined && awayKinds.has(result.error.kind),
    }
  }

  return async (event) => {
    let toldAway = false
    for (let attempt = 1; !signal.aborted;) {
      if (parts.delayMs > 0) await sleep(clock, parts.delayMs)
      const { away, ...forwarded } = await send(event, attempt)
      if (!away || !toldAway) parts.report(event, forwarded)
      if (away) {
        toldAway = true
        await sleep(clock, awayPauseMs)
        continue
      }
      if (!forwarded.pretended) return true
      attempt += 1
    }
    return false
  }
}
