import type { JsonObject, WebhookEvent } from '../events/events.ts'
import { instantOf, isJsonObject, parseEvent } from '../events/parse-event.ts'
import type { Proof } from '../schemes/verifier.ts'
import type { Outcome } from './outcome.ts'

/** What a verified body says. */
export type Payload = {
  /** Undefined where it is no event that this version knows. */
  event: WebhookEvent | undefined
  /** Undefined where the body has no `event` at all. */
  type: string | undefined
  value: JsonObject
}

/** What the payload is held against. */
export type PayloadTerms = {
  /** The accounts that are wanted; undefined for any. */
  accounts: readonly string[] | undefined
  receivedAt: number
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

/** What the body is, whoever it is for and however old. */
export const classify = (body: Uint8Array, scheme: Proof['scheme']): Payload | Outcome => {
  const value = parse(body)
  if (!isJsonObject(value)) return { code: 'payload_invalid', reason: 'json' }
  const outcome = parseEvent(value)
  if (outcome.ok) return { event: outcome.event, type: outcome.event.event, value }
  if (outcome.reason === 'unknown_type') return { event: undefined, type: outcome.type, value }
  // Cloudflare's own notices, which only a token proves, have no `event`.
  if (scheme !== 'token' || 'event' in value) return { code: 'payload_invalid', reason: outcome.pointer }
  return isPing(value) ? { code: 'ping' } : { event: undefined, type: undefined, value }
}

/**
 * The pipeline from the bytes to the event: JSON, schema, account, age. The age of the event counts only where no
 * signed time of the attempt does. Answers the payload or how the request ended; never throws.
 */
export const understand = (body: Uint8Array, { scheme, sentAt }: Proof, terms: PayloadTerms): Payload | Outcome => {
  const payload = classify(body, scheme)
  if ('code' in payload) return payload
  const { accountId, timestamp } = payload.value
  if (terms.accounts && !terms.accounts.some((account) => account === accountId)) return { code: 'account_foreign' }
  if (sentAt) return payload
  const instant = instantOf(timestamp)
  // A token proves no time anyway, and Cloudflare's notices say theirs in another way.
  if (instant === undefined) return scheme === 'token' ? payload : { code: 'payload_invalid', reason: '/timestamp' }
  const ageMs = terms.receivedAt - instant
  if (ageMs > terms.maxEventAgeMs || -ageMs > terms.attemptToleranceMs) return { code: 'stale', reason: 'event' }
  return payload
}
