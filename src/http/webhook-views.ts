import type { z } from 'zod'
import type { Attempt, Delivery } from '../domain/delivery.ts'
import { deliveryId } from '../domain/delivery.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { ListedDelivery } from '../store/delivery-list.ts'
import type { DeliveryDetail, SignedRequest } from '../webhooks/deliveries.ts'
import { explainDelivery } from '../webhooks/explain.ts'
import type { EndpointChange } from '../webhooks/endpoints.ts'
import type {
  attemptResult,
  deliveryDetailResult,
  deliveryResult,
  endpointResult,
  signedResult,
  testResult,
} from './webhook-schemas.ts'

/** Instants on the wire: ISO 8601, UTC, with milliseconds. */
const iso = (instantMs: number): string => new Date(instantMs).toISOString()

/** Answers of receivers are stored as bytes and shown as text; what is not UTF-8 becomes U+FFFD. */
const lossyText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** A tenth of a millisecond says enough. */
const rounded = (durationMs: number | null): number | null =>
  durationMs === null ? null : Math.round(durationMs * 10) / 10

/** Values that clients never need back: a header an endpoint adds often is a credential. */
const hidden = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, '[hidden]']))

/** An endpoint: the guide's five fields first, then ours. */
export const endpointView = (endpoint: Endpoint, madeSecret?: string): z.infer<typeof endpointResult> => ({
  id: endpoint.id,
  url: endpoint.url,
  events: endpoint.eventTypes,
  active: endpoint.state === 'active',
  created: iso(endpoint.createdAt),
  name: endpoint.name,
  primary: endpoint.primary,
  state: endpoint.state,
  state_reason: endpoint.stateReason,
  state_since: iso(endpoint.stateSince),
  failing_since: endpoint.failingSince === null ? null : iso(endpoint.failingSince),
  modified: iso(endpoint.modifiedAt),
  headers: hidden(endpoint.headers),
  max_concurrency: endpoint.maxConcurrency,
  rate_limit: endpoint.rateLimit,
  timeout_seconds: endpoint.timeoutSeconds,
  ordered: endpoint.ordered,
  ...(madeSecret === undefined ? {} : { secret: madeSecret }),
})

export const changeView = ({ endpoint, madeSecret }: EndpointChange): z.infer<typeof endpointResult> =>
  endpointView(endpoint, madeSecret)

const deliveryFields = (delivery: Delivery, type: string, imageId: string): z.infer<typeof deliveryResult> => ({
  id: deliveryId(delivery.eventId, delivery.endpointId),
  webhook_id: delivery.endpointId,
  event_id: delivery.eventId,
  event: type,
  image_id: imageId,
  state: delivery.state,
  reason: delivery.reason,
  attempt_count: delivery.attemptCount,
  created: iso(delivery.createdAt),
  next_attempt_at: delivery.state === 'pending' ? iso(delivery.dueAt) : null,
  give_up_at: iso(delivery.giveUpAt),
  finished: delivery.finishedAt === null ? null : iso(delivery.finishedAt),
})

/** A delivery as lists show it. */
export const deliveryView = (delivery: ListedDelivery): z.infer<typeof deliveryResult> =>
  deliveryFields(delivery, delivery.type, delivery.imageId)

const attemptView = (attempt: Attempt): z.infer<typeof attemptResult> => ({
  id: attempt.id,
  number: attempt.number,
  started: iso(attempt.startedAt),
  address: attempt.address,
  status: attempt.status,
  error: attempt.error,
  duration_ms: rounded(attempt.durationMs),
  timings: {
    dns_ms: rounded(attempt.timings.dnsMs),
    connect_ms: rounded(attempt.timings.connectMs),
    ttfb_ms: rounded(attempt.timings.ttfbMs),
    total_ms: rounded(attempt.timings.totalMs),
  },
  request: { url: attempt.url, headers: attempt.requestHeaders },
  response:
    attempt.status === null ? null : { headers: attempt.responseHeaders, body: lossyText(attempt.responseBody) },
})

/** A delivery with its body, every attempt, and what all that means now. */
export const deliveryDetailView = (detail: DeliveryDetail, now: number): z.infer<typeof deliveryDetailResult> => ({
  ...deliveryFields(detail.delivery, detail.event.type, detail.event.imageId),
  explanation: explainDelivery({ ...detail, now }),
  body: lossyText(detail.event.body),
  attempts: detail.attempts.map(attemptView),
})

/** What a Test came to. */
export const testView = (id: string, attempt: Attempt): z.infer<typeof testResult> => ({
  delivery_id: id,
  success: attempt.status !== null && attempt.status >= 200 && attempt.status <= 299,
  status: attempt.status,
  duration_ms: rounded(attempt.durationMs),
  error: attempt.error,
  response_body: lossyText(attempt.responseBody),
})

/** A signed request; bodies are written by this server as JSON, whose text is always whole UTF-8. */
export const signedView = ({ url, headers, body }: SignedRequest): z.infer<typeof signedResult> => ({
  url,
  headers,
  body: lossyText(body),
})
