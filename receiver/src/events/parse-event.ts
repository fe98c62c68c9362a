import { isEventType, type JsonObject, type WebhookEvent } from './events.ts'

/**
 * What a parsed JSON value is: a valid event; an object whose `event` names a type this version does not know; or
 * invalid, with a JSON pointer (RFC 6901) to the first fault.
 */
export type ParsedEvent =
  | { ok: true; event: WebhookEvent }
  | { ok: false; reason: 'unknown_type'; type: string }
  | { ok: false; reason: 'invalid'; pointer: string }

/** Whether a value that JSON.parse gave is an object: neither null nor an array. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string'
const isFilledText = (value: unknown): boolean => isText(value) && value !== ''

/**
 * The instant of an ISO 8601 text in UTC, in milliseconds since 1970; undefined for any other form, such as a text
 * without a zone, and for days that no calendar has.
 */
export const instantOf = (text: unknown): number | undefined => {
  if (!isText(text) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text)) return undefined
  const instant = Date.parse(text)
  // It turns 30 February into 2 March, and 24 o'clock into the next day: the day must be the one that stands there.
  return new Date(instant).getUTCDate() === Number(text.slice(8, 10)) ? instant : undefined
}

const isInstant = (value: unknown): boolean => instantOf(value) !== undefined

type Shape = { readonly [name: string]: ((value: unknown) => boolean) | Shape }

const image: Shape = {
  id: isFilledText,
  filename: isText,
  uploaded: isInstant,
  requireSignedURLs: (value) => typeof value === 'boolean',
  variants: (value) => Array.isArray(value) && value.every(isText),
  metadata: (value) => value === undefined || isJsonObject(value),
  creator: (value) => value === undefined || isText(value),
}

const shape: Shape = { timestamp: isInstant, accountId: isFilledText, image }
const failedShape: Shape = { ...shape, error: { code: isFilledText, message: isText } }

/** A JSON pointer to the first fault. */
const faultOf = (value: unknown, wanted: Shape[string], pointer = ''): string | undefined => {
  if (typeof wanted === 'function') return wanted(value) ? undefined : pointer
  if (!isJsonObject(value)) return pointer
  for (const [name, part] of Object.entries(wanted)) {
    const fault = faultOf(value[name], part, `${pointer}/${name}`)
    if (fault) return fault
  }
  return undefined
}

const invalid = (pointer: string): ParsedEvent => ({ ok: false, reason: 'invalid', pointer })

const isFaultless = (value: JsonObject, fault: string | undefined): value is WebhookEvent => fault === undefined

/**
 * Checks that a value (what JSON.parse gave) is an event. Never throws, never copies: the event of the outcome is the
 * value itself. Keys beyond the schema are allowed. Agrees with `eventSchemas`.
 */
export const parseEvent = (value: unknown): ParsedEvent => {
  if (!isJsonObject(value)) return invalid('')
  const type = value['event']
  if (!isEventType(type)) return isText(type) && type ? { ok: false, reason: 'unknown_type', type } : invalid('/event')
  const fault = faultOf(value, type === 'image.upload_failed' ? failedShape : shape)
  return isFaultless(value, fault) ? { ok: true, event: value } : invalid(fault ?? '')
}
