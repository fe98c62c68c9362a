import type { Clock } from '../domain/clock.ts'
import type { Attempt } from '../domain/delivery.ts'
import type { Event } from '../domain/event.ts'
import { newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import type { GuardedClient, SendResult } from '../net/guarded-client.ts'
import { redactRequestHeaders, redactResponseBody, redactResponseHeaders, requestHeaders } from './request-headers.ts'
import { silentTracing, type Tracing } from '../telemetry/tracing.ts'
import { isSuccess } from './decide.ts'
import type { OpenedEndpoint } from './opened-endpoint.ts'

/** The longest answer that is read and kept. */
export const keptResponseBytes = 16_384
const dnsTimeoutMs = 3000
const connectTimeoutMs = 5000

export type AttemptParts = {
  /** Default: nothing is traced. */
  readonly tracing?: Tracing
  readonly client: GuardedClient
  readonly clock: Clock
  readonly random: Random
  readonly userAgent: string
  /** Milliseconds for the whole of an attempt, unless its endpoint says otherwise. */
  readonly attemptTimeoutMs: number
}

/** An attempt as it is recorded, and what the decision needs besides. */
export type AttemptResult = {
  readonly attempt: Attempt
  readonly endedAt: number
  readonly retryAfter: string | undefined
  /** The `webhook-delivery` header as it came. */
  readonly instruction: string | undefined
  /** True when we broke it off ourselves: it says nothing about the endpoint and is not recorded. */
  readonly abandoned: boolean
}

/**
 * One attempt: signs the stored bytes and sends them. A 401 while two secrets overlap is repeated once, at once, with the
 * previous secret in the guide's header: a receiver that knows one secret survives a rotation. Never rejects for what the
 * endpoint or the network does.
 */
export const makeAttempt = async (
  parts: AttemptParts,
  event: Event,
  opened: OpenedEndpoint,
  attemptNumber: number,
  signal: AbortSignal,
): Promise<AttemptResult> => {
  const startedAt = parts.clock.now()
  const startedTick = parts.clock.monotonic()
  const [newest, previous] = opened.secrets
  if (!newest) throw new Error(`Endpoint ${opened.endpoint.id} has no secret to sign with.`)
  const { timeoutSeconds } = opened.endpoint
  const timeoutMs = timeoutSeconds === null ? parts.attemptTimeoutMs : timeoutSeconds * 1000
  const { id: endpointId } = opened.endpoint
  const span = (parts.tracing ?? silentTracing).start('webhook attempt', {
    kind: 'client',
    parent: event.traceParent,
    attributes: {
      'http.request.method': 'POST',
      'server.address': opened.url.hostname,
      'imagehooks.event.id': event.id,
      'imagehooks.endpoint.id': endpointId,
      'imagehooks.attempt.number': attemptNumber,
    },
  })
  const send = async (guideSecret: typeof newest): Promise<{ headers: Record<string, string>; result: SendResult }> => {
    const headers = requestHeaders({
      event,
      attemptNumber,
      sentAt: parts.clock.now(),
      secrets: opened.secrets,
      guideSecret,
      userAgent: parts.userAgent,
      traceParent: span.traceParent,
      headers: opened.endpoint.headers,
    })
    const result = await parts.client.send({
      url: opened.url,
      method: 'POST',
      headers,
      body: event.body,
      timeoutMs: Math.max(1, timeoutMs - (parts.clock.monotonic() - startedTick)),
      dnsTimeoutMs,
      connectTimeoutMs,
      maxResponseBytes: keptResponseBytes,
      signal,
    })
    return { headers, result }
  }
  let sent = await send(newest)
  if (sent.result.status === 401 && previous) sent = await send(previous)
  const { headers, result } = sent
  const durationMs = parts.clock.monotonic() - startedTick
  if (result.status !== undefined) span.set({ 'http.response.status_code': result.status })
  span.end(isSuccess(result.status) ? undefined : (result.error?.kind ?? `answered ${result.status}`))
  const answered = (header: string): string | undefined =>
    result.responseHeaders.find(([name]) => name.toLowerCase() === header)?.[1]
  return {
    endedAt: parts.clock.now(),
    retryAfter: answered('retry-after'),
    instruction: answered('webhook-delivery'),
    abandoned: result.error?.kind === 'aborted' || result.error?.kind === 'client_closed',
    attempt: {
      id: newId('att', startedAt, parts.random),
      eventId: event.id,
      endpointId: opened.endpoint.id,
      number: attemptNumber,
      startedAt,
      url: opened.url.href,
      address: result.address ?? null,
      status: result.status ?? null,
      error: result.error ?? null,
      durationMs,
      timings: {
        dnsMs: result.timings.dnsMs ?? null,
        connectMs: result.timings.connectMs ?? null,
        ttfbMs: result.timings.ttfbMs ?? null,
        totalMs: durationMs,
      },
      requestHeaders: redactRequestHeaders(headers),
      responseHeaders: redactResponseHeaders(result.responseHeaders, headers),
      responseBody: redactResponseBody(result.responseBody, headers),
    },
  }
}
