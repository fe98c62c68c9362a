import { type EventType, isEventType, type WebhookEvent } from './events.ts'

/**
 * What a parsed JSON value is: a valid event; an object whose `event` names a type this version does not know; or
 * invalid, with a JSON pointer (RFC 6901) to the first fault.
 */
export type ParsedEvent =
  | { ok: true; event: WebhookEvent }
  | { ok: false; reason: 'unknown_type'; type: string }
  | { ok: false; reason: 'invalid'; pointer: string }

/** Whether a value is an object and neither null nor an array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string'
const isFilledText = (value: unknown): boolean => isText(value) && value !== ''

/** Instants as they stand in an event: ISO 8601 in UTC with a `Z`, seconds and an optional fraction. */
export const instantPattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$'

const instantForm = new RegExp(instantPattern)

/**
 * The instant of an ISO 8601 text in UTC, in milliseconds since 1970; undefined for any other form, such as a text
 * without a zone, and for days that no calendar has.
 */
export const instantOf = (text: unknown): number | undefined => {
  if (!isText(text) || !instantForm.test(text)) return undefined
  const instant = Date.parse(text)
  // Date.parse turns 30 February into 2 March and 24:00 into the next day.
  if (Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 19) !== text.slice(0, 19)) return undefined
  return instant
}

const isInstant = (value: unknown): boolean => instantOf(value) !== undefined

type Check = (value: unknown) => boolean

const imageChecks: Record<string, Check> = {
  id: isFilledText,
  filename: isText,
  uploaded: isInstant,
  requireSignedURLs: (value) => typeof value === 'boolean',
  variants: (value) => Array.isArray(value) && value.every(isText),
  metadata: (value) => value === undefined || isObject(value),
  creator: (value) => value === undefined || isText(value),
}

const errorChecks: Record<string, Check> = { code: isFilledText, message: isText }

const eventChecks: Record<string, Check> = { timestamp: isInstant, accountId: isFilledText }

const firstFault = (value: unknown, checks: Record<string, Check>, pointer: string): string | undefined => {
  if (!isObject(value)) return pointer
  for (const [name, holds] of Object.entries(checks)) if (!holds(value[name])) return `${pointer}/${name}`
  return undefined
}

const faultOf = (value: Record<string, unknown>, type: EventType): string | undefined =>
  firstFault(value, eventChecks, '') ??
  firstFault(value['image'], imageChecks, '/image') ??
  (type === 'image.upload_failed' ? firstFault(value['error'], errorChecks, '/error') : undefined)

const isFaultless = (value: Record<string, unknown>, fault: string | undefined): value is WebhookEvent =>
  fault === undefined

/**
 * Checks that a value (what JSON.parse gave) is an event. Never throws, never copies: the event of the outcome is the
 * value itself. Keys beyond the schema are allowed. Agrees with `eventSchemas`.
 */
export const parseEvent = (value: unknown): ParsedEvent => {
  if (!isObject(value)) return { ok: false, reason: 'invalid', pointer: '' }
  const type = value['event']
  if (!isEventType(type)) {
    return isText(type) && type !== ''
      ? { ok: false, reason: 'unknown_type', type }
      : { ok: false, reason: 'invalid', pointer: '/event' }
  }
  const pointer = faultOf(value, type)
  if (isFaultless(value, pointer)) return { ok: true, event: value }
  return { ok: false, reason: 'invalid', pointer: pointer ?? '' }
}
