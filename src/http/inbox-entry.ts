import { type AuditRecord, type OutcomeCode, parseEvent, type WebhookEvent } from '@imagehooks/receiver'
import type { SignatureCheck } from './inbox-check.ts'

/** One request to the built-in receiver, as the page and `/inbox/deliveries` tell it. */
export type InboxEntry = {
  /** Unique, also over restarts. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly received_at: string
  /** Whether one of the secrets vouches for the body. */
  readonly verified: boolean
  /** What the sender was answered. */
  readonly status: number
  readonly code: OutcomeCode
  /** What became of it, in a sentence. */
  readonly summary: string
  /** Null where the body is not verified, or is no known event. */
  readonly event: WebhookEvent['event'] | null
  readonly image_id: string | null
  readonly filename: string | null
  /** The path of the image in its first variant, where the page can show it. */
  readonly preview: string | null
  /** As the sender says; it is not signed. */
  readonly attempt: number | null
  /** Sent by a Test. */
  readonly test: boolean
  readonly checks: readonly SignatureCheck[]
  readonly headers: readonly (readonly [string, string])[]
  /** Indented where it is JSON. At most 64 KiB of it. */
  readonly body: string
}

const summaries: Partial<Record<OutcomeCode, string>> = {
  done: 'Verified and accepted.',
  duplicate: 'Verified; this event was accepted before, so nothing was done again.',
  ignored: 'Verified; of a type that this version does not know, so nothing was done.',
  ping: 'Verified; a ping without an event.',
  unverified: 'Refused: no signature proves that this endpoint’s secret signed it.',
  stale: 'Refused: rightly signed, but too long ago or in the future.',
  payload_invalid: 'Refused: rightly signed, but the body is no event.',
  type_unsupported: 'Refused: the content type is not application/json in UTF-8.',
  body_too_large: 'Refused: the body is longer than 64 KiB.',
  body_unreadable: 'Refused: the body broke off.',
  method_not_allowed: 'Refused: a webhook is a POST.',
  busy: 'Put off: another delivery of this event is being handled.',
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // Anything may arrive here; what is no JSON is shown as text.
    return undefined
  }
}

/** An image path of ours. The host may be another name of this server, so it is left out. */
const previewOf = ({ event, image }: WebhookEvent): string | null => {
  if (image.requireSignedURLs || event === 'image.deleted' || event === 'image.upload_failed') return null
  const path = URL.parse(image.variants[0] ?? '')?.pathname ?? ''
  return /^\/[\w-]{22}\/./.test(path) ? path : null
}

const attemptOf = (headers: Headers): number | null => {
  const text = headers.get('webhook-attempt') ?? ''
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : null
}

/** What is needed to tell of one request. */
export type Arrived = {
  readonly id: string
  readonly headers: Headers
  readonly body: Uint8Array
  readonly checks: readonly SignatureCheck[]
  readonly record: AuditRecord
}

/** Puts together what there is to tell of one request. What it claims to be is told only when it is verified. */
export const inboxEntry = ({ id, headers, body, checks, record }: Arrived): InboxEntry => {
  const text = new TextDecoder().decode(body)
  const value = parseJson(text)
  const verified = record.scheme !== undefined
  const outcome = verified ? parseEvent(value) : undefined
  const event = outcome?.ok ? outcome.event : undefined
  return {
    id,
    received_at: new Date(record.receivedAt).toISOString(),
    verified,
    status: record.status,
    code: record.code,
    summary: summaries[record.code] ?? `Refused: ${record.code}.`,
    event: event?.event ?? null,
    image_id: event?.image.id ?? null,
    filename: event?.image.filename ?? null,
    preview: event ? previewOf(event) : null,
    attempt: attemptOf(headers),
    test: headers.get('webhook-test') === 'true',
    checks,
    headers: [...headers],
    body: value === undefined ? text : JSON.stringify(value, null, 2),
  }
}
