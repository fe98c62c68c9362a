import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesSchema } from '../../test/json-schema.ts'
import { eventTypes, type JsonValue } from './events.ts'
import { instantOf, parseEvent } from './parse-event.ts'
import { sampleEvent } from './samples.ts'
import { eventSchemas } from './schemas.ts'

const clone = (value: object): JsonValue => JSON.parse(JSON.stringify(value))

/** The value with what stands at a path replaced, or removed for undefined. */
const changed = (value: JsonValue, path: readonly string[], replacement: JsonValue | undefined): JsonValue => {
  const [name, ...rest] = path
  if (typeof value !== 'object' || value === null || Array.isArray(value) || name === undefined) return value
  const { [name]: present, ...others } = value
  if (rest.length > 0) return present === undefined ? value : { ...value, [name]: changed(present, rest, replacement) }
  return replacement === undefined ? others : { ...value, [name]: replacement }
}

const paths = [
  ['event'],
  ['timestamp'],
  ['accountId'],
  ['image'],
  ['error'],
  ['error', 'code'],
  ['error', 'message'],
  ...['id', 'filename', 'uploaded', 'requireSignedURLs', 'variants', 'metadata', 'creator'].map((key) => [
    'image',
    key,
  ]),
]

describe('a guard that agrees with the schemas', () => {
  test.each(eventTypes)('accepts the sample of %s, as its schema does', (type) => {
    const sample = clone(sampleEvent(type))
    expect(parseEvent(sample)).toEqual({ ok: true, event: sample })
    expect(matchesSchema(eventSchemas[type], sample)).toBe(true)
  })

  test('judges any change of any field as the schema does', () => {
    const replacement = fc.oneof(
      fc.constant(undefined),
      fc
        .jsonValue()
        .map((value) => clone([value]))
        .map((value) => (Array.isArray(value) ? (value[0] ?? null) : null)),
      fc.constantFrom('', 'text', null, {}, [], ['a', 'b'], ['a', 1], true, 0, { code: '', message: '' }),
      fc.constantFrom('2025-01-15T10:30:00Z', '2025-02-30T10:30:00Z', '2024-02-29T23:59:59.999999999Z'),
      fc.constantFrom('1970-01-01T00:00:00Z', '2025-01-15T24:00:00Z', '2025-01-15T10:30:60Z', '2025-13-01T00:00:00Z'),
      fc.constantFrom('2025-01-15T10:30:00', '2025-01-15 10:30:00Z', '2025-01-15T10:30:00+00:00', '2025-01-15', 'NaN'),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    )
    fc.assert(
      fc.property(fc.constantFrom(...eventTypes), fc.constantFrom(...paths), replacement, (type, path, value) => {
        const event = changed(clone(sampleEvent(type, { image: { creator: 'c' } })), path, value)
        const outcome = parseEvent(event)
        expect(outcome.ok).toBe(eventTypes.some((one) => matchesSchema(eventSchemas[one], event)))
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['', null],
    ['', []],
    ['', 'image.uploaded'],
    ['/event', {}],
    ['/event', { event: 7 }],
    ['/event', { event: '' }],
    ['/timestamp', { event: 'image.uploaded' }],
    ['/image', changed(clone(sampleEvent('image.uploaded')), ['image'], null)],
    ['/image/variants', changed(clone(sampleEvent('image.deleted')), ['image', 'variants'], 'x')],
    ['/image/metadata', changed(clone(sampleEvent('image.uploaded')), ['image', 'metadata'], [])],
    ['/error', changed(clone(sampleEvent('image.upload_failed')), ['error'], undefined)],
  ])('points at the first fault: %j', (pointer, value) => {
    expect(parseEvent(value)).toEqual({ ok: false, reason: 'invalid', pointer })
  })

  test('tells a type it does not know from a fault', () => {
    expect(parseEvent({ event: 'image.archived' })).toEqual({
      ok: false,
      reason: 'unknown_type',
      type: 'image.archived',
    })
    expect(parseEvent({ event: 'toString' })).toMatchObject({ reason: 'unknown_type' })
  })

  test('tolerates keys that a newer server may send, and answers the value itself', () => {
    const event = {
      ...sampleEvent('image.updated'),
      region: 'eu',
      image: { ...sampleEvent('image.updated').image, size: 1 },
    }
    const outcome = parseEvent(event)
    expect(outcome.ok && outcome.event).toBe(event)
  })
})

describe('instants', () => {
  test('are read in milliseconds, whatever their fraction', () => {
    expect(instantOf('2025-01-15T10:30:45.123Z')).toBe(Date.UTC(2025, 0, 15, 10, 30, 45, 123))
    expect(instantOf('1970-01-01T00:00:00Z')).toBe(0)
  })

  test.each([undefined, null, 0, '', 'NaN', '2025-01-15T10:30:00', '2025-02-30T00:00:00Z', `${'9'.repeat(100_000)}Z`])(
    'are refused where they are in another form: %s',
    (text) => {
      expect(instantOf(text)).toBeUndefined()
    },
  )
})
