import { createSigningSecret } from '@imagehooks/receiver/sign'
import type { FeedEvent } from '../../client/feed.ts'
import { userAgent } from '../../compose/version.ts'
import { type Clock, sleep } from '../../domain/clock.ts'
import type { GuardedClient } from '../../net/guarded-client.ts'
import { requestHeaders } from '../../webhooks/request-headers.ts'

/** One request and what came of it. */
export type Forwarded = {
  readonly event: FeedEvent
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly attempt: number
  /** Null where no answer came. */
  readonly status: number | null
  readonly error: string | null
  readonly durationMs: number
  /** The answer counts as a failure although the receiver gave another one (`--fail`). */
  readonly pretended: boolean
  /** The beginning of the answer's body, as UTF-8. */
  readonly answer: string
}

export type ForwardParts = {
  readonly client: GuardedClient
  readonly clock: Clock
  /** Undefined for a type that goes nowhere. */
  readonly urlOf: (type: string) => URL | undefined
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
  /** Waits so long before each request. */
  readonly delayMs: number
  /** Takes the first answers to each event for this status, as if they had been lost on the way. */
  readonly fail: { readonly status: number; readonly count: number } | undefined
  /** Ends the waiting for a receiver; a request under way is never broken off. */
  readonly signal: AbortSignal
  readonly report: (forwarded: Forwarded) => void
}

export type Forwarder = {
  /**
   * Sends an event to its receiver: the body as it stands in the feed, which as UTF-8 is what was signed and stored. A
   * receiver that is away is waited for. Answers whether the event is done with; false only when it was given up midway.
   */
  forward(event: FeedEvent): Promise<boolean>
  /** Sends once more what was sent last. Answers false where nothing was. */
  again(): Promise<boolean>
}

/** Nobody listens at the address: a receiver that is being started again. */
const awayKinds: ReadonlySet<string> = new Set(['connect_refused'])
const awayPauseMs = 1000

export const createForwarder = (parts: ForwardParts): Forwarder => {
  const { client, clock, signal } = parts
  const signing = createSigningSecret(parts.secret)
  let last: { readonly event: FeedEvent; readonly url: URL; attempt: number } | undefined

  const send = async (event: FeedEvent, url: URL, attempt: number): Promise<Forwarded & { readonly away: boolean }> => {
    const body = new TextEncoder().encode(event.body)
    const headers = requestHeaders({
      event: { id: event.id, body, test: false },
      attemptNumber: attempt,
      sentAt: clock.now(),
      secrets: [signing],
      guideSecret: signing,
      userAgent,
      headers: parts.headers,
    })
    const startedMs = clock.monotonic()
    const result = await client.send({ url, method: 'POST', headers, body })
    const pretended = parts.fail !== undefined && attempt <= parts.fail.count && result.status !== undefined
    last = { event, url, attempt }
    return {
      event,
      url,
      headers,
      attempt,
      status: (pretended ? parts.fail?.status : result.status) ?? null,
      error: result.error?.message ?? null,
      durationMs: Math.round(clock.monotonic() - startedMs),
      pretended,
      answer: Buffer.from(result.responseBody).toString('utf8'),
      away: result.error !== undefined && awayKinds.has(result.error.kind),
    }
  }

  return {
    async forward(event) {
      const url = parts.urlOf(event.type)
      if (!url) return true
      let toldAway = false
      for (let attempt = 1; ;) {
        if (parts.delayMs > 0) await sleep(clock, parts.delayMs, signal)
        if (signal.aborted) return false
        const { away, ...forwarded } = await send(event, url, attempt)
        if (!away || !toldAway) parts.report(forwarded)
        if (away) {
          toldAway = true
          await sleep(clock, awayPauseMs, signal)
          continue
        }
        if (!forwarded.pretended) return true
        attempt += 1
      }
    },
    async again() {
      if (!last) return false
      const { away: _, ...forwarded } = await send(last.event, last.url, last.attempt + 1)
      parts.report(forwarded)
      return true
    },
  }
}
