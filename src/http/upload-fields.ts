import { AppError } from '../domain/errors.ts'
import { imageLimits, type Meta } from '../domain/image.ts'
import { bracketedMeta } from './bracketed-meta.ts'
import type { FormField } from './form-field.ts'

/** What the fields of an upload say. */
export type UploadFields = {
  /** The custom id, not judged yet. */
  readonly id: string | undefined
  /** Null when there is none, or an empty object. */
  readonly meta: Meta | null
  readonly creator: string | null
  readonly requireSignedURLs: boolean
  /** The address to import from, where the form has no file. */
  readonly url: string | undefined
}

const refuse = (message: string, pointer: string): AppError => new AppError('bad_request', message, { pointer })

/** The value of a field that may stand once. */
export const singleField = (fields: readonly FormField[], name: string): string | undefined => {
  const values = fields.filter(([given]) => given === name)
  if (values.length > 1) throw refuse(`The form has ${values.length} fields named ${name}; send one.`, name)
  return values[0]?.[1]
}

const flag = (fields: readonly FormField[], name: string): boolean => {
  const value = singleField(fields, name)
  if (value === undefined || value === '' || value === 'false') return false
  if (value === 'true') return true
  throw refuse(`${name} must be "true" or "false".`, name)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parseMeta = (text: string): Meta => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AppError('bad_request', 'metadata must be JSON text of one object, such as {"key":"value"}.', {
      pointer: 'metadata',
      cause,
    })
  }
  if (!isObject(value)) throw refuse('metadata must be a JSON object, such as {"key":"value"}.', 'metadata')
  return value
}

/** Metadata as one JSON field, or as the bracketed fields that the official client makes of an object. */
const metaOf = (fields: readonly FormField[]): Meta | null => {
  const text = singleField(fields, 'metadata')
  const bracketed = fields.filter(([name]) => name.startsWith('metadata['))
  if (text !== undefined && bracketed.length > 0)
    throw refuse('metadata was sent twice, as JSON and as bracketed fields; send one of them.', 'metadata')
  const meta = text === undefined || text === '' ? bracketedMeta(bracketed) : parseMeta(text)
  // The limit is on the JSON as it was sent; bracketed fields were never JSON, so there it is ours that counts.
  if (Buffer.byteLength(text ?? JSON.stringify(meta)) > imageLimits.metaBytes)
    throw refuse(`metadata must not be over ${imageLimits.metaBytes} bytes as JSON text.`, 'metadata')
  return Object.keys(meta).length > 0 ? meta : null
}

/**
 * Reads the fields of an upload; names that mean nothing here are passed over, as Cloudflare does.
 * @throws AppError `bad_request` with a sentence that names the field.
 */
export const readUploadFields = (fields: readonly FormField[]): UploadFields => ({
  id: singleField(fields, 'id'),
  meta: metaOf(fields),
  creator: singleField(fields, 'creator') || null,
  requireSignedURLs: flag(fields, 'requireSignedURLs'),
  url: singleField(fields, 'url'),
})
