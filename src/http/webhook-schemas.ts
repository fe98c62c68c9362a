import { eventTypes } from '@imagehooks/receiver'
import { z } from 'zod'
import { endpointLimits } from '../domain/endpoint.ts'
import { isPlainText } from '../domain/text.ts'
import { deliveryStates } from '../store/deliveries.ts'
import { defaultOverlapSeconds } from '../webhooks/endpoint-secrets.ts'
import { wholeNumber, wholeNumberText } from './whole-number.ts'

const endpointFields = {
  events: z.array(z.string()).max(100).optional().describe('Event types; default `["image.uploaded"]`.'),
  secret: z
    .string()
    .optional()
    .describe('Signs what is sent: `whsec_` and base64, or any text of up to 256 characters. Missing: one is made.'),
  name: z.string().max(endpointLimits.nameCharacters).optional().describe('For people.'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Sent with every attempt; their values are shown to nobody.'),
  max_concurrency: wholeNumber(1, endpointLimits.maxConcurrency)
    .nullable()
    .optional()
    .describe('Most attempts at once; null: as the server sees fit.'),
  rate_limit: wholeNumber(1, endpointLimits.rateLimitPerSecond)
    .nullable()
    .optional()
    .describe('Most attempts a second; null: no limit.'),
  timeout_seconds: wholeNumber(1, endpointLimits.timeoutSeconds)
    .nullable()
    .optional()
    .describe("Of one attempt; null: the server's setting."),
  ordered: z.boolean().optional().describe('Strictly in the order of the feed, one at a time.'),
}

/** What makes an endpoint. */
export const newEndpoint = z.strictObject({ url: z.string(), ...endpointFields })

/** What changes an endpoint: any field, and whether it is sent to. */
export const endpointPatch = z.strictObject({
  url: z.string().optional(),
  active: z.boolean().optional().describe('false pauses it; true resumes it, a suspended one too.'),
  ...endpointFields,
})

/** Cloudflare's spelling of an endpoint's fields, in ours. */
export const toEndpointInput = ({
  max_concurrency,
  rate_limit,
  timeout_seconds,
  ...fields
}: z.infer<typeof endpointPatch>) => ({
  ...fields,
  maxConcurrency: max_concurrency,
  rateLimit: rate_limit,
  timeoutSeconds: timeout_seconds,
})

export const testRequest = z.strictObject({ event: z.enum(eventTypes).default('image.uploaded') })

export const rotation = z.strictObject({
  secret: z.string().optional().describe('The new one; missing: one is made, and shown once.'),
  overlap_seconds: wholeNumber(0, 604_800)
    .default(defaultOverlapSeconds)
    .describe('How long the old secret keeps signing beside the new one.'),
})

/** An instant in a query, as milliseconds. */
export const instant = z.iso
  .datetime({ offset: true, error: 'must be an instant in ISO 8601 with a zone, such as 2026-01-31T08:00:00Z' })
  .transform((text) => Date.parse(text))

/** The id of an image, there or not, as a filter. */
export const imageIdFilter = z
  .string()
  .max(1024)
  .refine(isPlainText, 'must be valid text without control characters')
  .optional()

export const deliveryQuery = z.strictObject({
  state: z.enum(deliveryStates).optional(),
  event: z.enum(eventTypes).optional(),
  image_id: imageIdFilter,
  since: instant.optional(),
  until: instant.optional(),
  per_page: wholeNumberText(1, 1000).default(50),
  continuation_token: z.string().optional(),
})

/** An instant in an answer. */
const time = z.iso.datetime()
const milliseconds = z.number().nullable()
const headers = z.record(z.string(), z.string()).readonly()

export const endpointResult = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(eventTypes)).readonly(),
  active: z.boolean().describe('Whether it is sent to: its state is `active`.'),
  created: time,
  name: z.string(),
  primary: z.boolean().describe('The one of `PUT …/webhooks`.'),
  state: z.enum(['active', 'paused', 'suspended']),
  state_reason: z.string().nullable().describe('Why it is suspended.'),
  state_since: time,
  failing_since: time.nullable().describe('Since when every attempt failed; null while the last one succeeded.'),
  modified: time,
  headers: headers.describe('Names with their values hidden.'),
  max_concurrency: z.number().nullable(),
  rate_limit: z.number().nullable(),
  timeout_seconds: z.number().nullable().describe("Of one attempt; null: the server's setting."),
  ordered: z.boolean().describe('Strictly in the order of the feed, one at a time.'),
  secret: z.string().optional().describe('Only where the server made it, once.'),
})

export const deliveryResult = z.object({
  id: z.string(),
  webhook_id: z.string(),
  event_id: z.string(),
  event: z.string(),
  image_id: z.string(),
  state: z.enum(deliveryStates),
  reason: z.string().nullable().describe('Why it was given up.'),
  attempt_count: z.number(),
  created: time,
  next_attempt_at: time.nullable().describe('While it is pending.'),
  give_up_at: time.describe('Nothing is tried later.'),
  finished: time.nullable(),
})

export const attemptResult = z.object({
  id: z.string(),
  number: z.number(),
  started: time,
  address: z.string().nullable().describe('The address that was connected to.'),
  status: z.number().nullable(),
  error: z.object({ kind: z.string(), message: z.string() }).readonly().nullable(),
  duration_ms: milliseconds,
  timings: z.object({ dns_ms: milliseconds, connect_ms: milliseconds, ttfb_ms: milliseconds, total_ms: milliseconds }),
  request: z.object({ url: z.string(), headers }),
  response: z
    .object({ headers: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(), body: z.string() })
    .nullable(),
})

export const deliveryDetailResult = deliveryResult.extend({
  explanation: z.string().describe('What happened, why, and what comes next.'),
  body: z.string().describe('The body as it is sent, byte for byte.'),
  attempts: z.array(attemptResult),
})

export const explanationResult = z.object({
  id: z.string(),
  explanation: z.string().describe('What happened, why, and what comes next, in one paragraph.'),
})

export const testResult = z.object({
  delivery_id: z.string(),
  success: z.boolean(),
  status: z.number().nullable(),
  duration_ms: milliseconds,
  error: z.object({ kind: z.string(), message: z.string() }).readonly().nullable(),
  response_body: z.string(),
})

export const signedResult = z.object({
  url: z.string(),
  headers,
  body: z.string().describe('As UTF-8 it is what was signed, byte for byte.'),
})

export const deliveriesResult = z.object({
  deliveries: z.array(deliveryResult),
  continuation_token: z.string().nullable(),
})
