import type { JsonObject, WebhookEvent } from '../events/events.ts'
import { instantOf, isJsonObject, parseEvent } from '../events/parse-event.ts'
import type { Proof } from '../schemes/verifier.ts'
import type { Outcome } from './outcome.ts'

/** What a verified body says. */
export type Payload = {
  /** Undefined where it is no event that this version knows. */
  event?: WebhookEvent
  /** Undefined where the body has no `event` at all. */
  type?: string
  value: JsonObject
}

/** What the payload is held against. */
export type PayloadTerms = {
  maxEventAgeMs: number
  /** How far an event may lie in the future: clocks differ. */
  attemptToleranceMs: number
}

const decoder = new TextDecoder('utf-8', { fatal: true })

const parse = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(decoder.decode(body))
  } catch {
    // Bad UTF-8 or bad JSON: no object either way, which is all that the caller asks.
    return undefined
  }
}

/** Cloudflare's "Save and Test" sends a text and nothing else. */
const isPing = (value: JsonObject): boolean => Object.keys(value).join() === 'text'

const invalid = (reason: string): Outcome => ({ code: 'payload_invalid', reason })

/** What the body is, whoever it is for and however old. */
export const classify = (body: Uint8Array, scheme: Proof['scheme']): Payload | Outcome => {
  const value = parse(body)
  if (!isJsonObject(value)) return invalid('json')
  const parsed = parseEvent(value)
  if (parsed.ok) return { event: parsed.event, type: parsed.event.event, value }
  if (parsed.reason === 'unknown_type') return { type: parsed.type, value }
  // Cloudflare's own notices, which only a token proves, have no `event`.
  if (scheme !== 'token' || 'event' in value) return invalid(parsed.pointer)
  return isPing(value) ? { code: 'ping' } : { value }
}

/**
 * The pipeline from the bytes to the event: JSON, schema, account (of `accounts`, if there are any), age. The age of the
 * event counts only where no signed time of the attempt does. Answers the payload or how the request ended; never throws.
 */
export const understand = (
  body: Uint8Array,
  { scheme, sentAt }: Proof,
  { maxEventAgeMs, attemptToleranceMs }: PayloadTerms,
  receivedAt: number,
  accounts: readonly unknown[] | undefined,
): Payload | Outcome => {
  const payload = classify(body, scheme)
  if ('code' in payload) return payload
  const { accountId, timestamp } = payload.value
  // An account that is missing is nobody's, and no event that names none gets in by it.
  if (accounts && !(accountId && accounts.includes(accountId))) return { code: 'account_foreign' }
  if (sentAt) return payload
  const instant = instantOf(timestamp)
  // A token proves no time anyway, and Cloudflare's notices say theirs in another way.
  if (instant === undefined) return scheme === 'token' ? payload : invalid('/timestamp')
  const ageMs = receivedAt - instant
  // Told so that a limit which is no number lets nothing in.
  return ageMs <= maxEventAgeMs && -ageMs <= attemptToleranceMs ? payload : { code: 'stale', reason: 'event' }
}
