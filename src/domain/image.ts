import { isPlainText } from './text.ts'

/** Formats that are accepted and kept. */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'heic' | 'svg'

/** Any JSON object of the user's own. */
export type Meta = Readonly<Record<string, unknown>>

/** What is known of every image, of a draft too. */
export type ImageRecord = {
  readonly accountId: string
  readonly id: string
  /** Empty when none was given, and in a draft. */
  readonly filename: string
  /** The user's own JSON as it was sent, or null when there is none. */
  readonly meta: Meta | null
  readonly creator: string | null
  readonly requireSignedURLs: boolean
  /** When the bytes arrived; of a draft, when it was announced. */
  readonly uploadedAt: number
}

/** The record of a stored image. Its bytes are a blob. */
export type Image = ImageRecord & {
  readonly format: ImageFormat
  /** Pixels, after the EXIF orientation is applied. */
  readonly width: number
  readonly height: number
  readonly sizeBytes: number
  readonly blobKey: string
  /** SHA-256 of the blob, lower-case hex. */
  readonly digest: string
}

/** Limits that Cloudflare states for hosted images. */
export const imageLimits = {
  /** 10 MB; the larger reading (10 MiB) is taken, so that nothing Cloudflare takes is refused. */
  fileBytes: 10 * 1024 * 1024,
  /** Of the JSON text as sent. */
  metaBytes: 1024,
  creatorCharacters: 1024,
  idCharacters: 1024,
  /** Of the id as UTF-8: what an entry of an index of PostgreSQL holds together with an account. */
  idBytes: 2048,
  filenameCharacters: 255,
} as const

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether an id was chosen by a user: ids that are made are UUIDs, and no custom one may be. */
export const isCustomId = (id: string): boolean => !uuidShape.test(id)

/** Path words of the API that stand where an image id stands. */
export const reservedImageIds: ReadonlySet<string> = new Set([
  'webhooks',
  'variants',
  'keys',
  'stats',
  'config',
  'batch_token',
  'direct_upload',
])

const imageExtensions: ReadonlySet<string> = new Set([
  'jpg',
  'jpeg',
  'png',
  'gif',
  'webp',
  'avif',
  'svg',
  'heic',
  'heif',
])

/**
 * Why a custom id cannot be taken, as the end of a sentence; undefined when it can. Rules of Cloudflare: UTF-8, at most
 * 1,024 characters, no slash at either end, not a UUID, no file extension other than an image's. Ours besides: none
 * that names an API path, no empty or dot segments, no control characters, since such an image could not be addressed.
 */
export const imageIdProblem = (id: string): string | undefined => {
  if (id.length === 0) return 'must not be empty'
  if ([...id].length > imageLimits.idCharacters) return `must not be longer than ${imageLimits.idCharacters} characters`
  if (Buffer.byteLength(id) > imageLimits.idBytes)
    return `must not be longer than ${imageLimits.idBytes} bytes of UTF-8`
  if (id.startsWith('/') || id.endsWith('/')) return 'must not start or end with a slash'
  if (uuidShape.test(id)) return 'must not be a UUID'
  if (!isPlainText(id)) return 'must be valid text without control characters'
  const segments = id.split('/')
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    return 'must not have empty, "." or ".." segments'
  if (reservedImageIds.has(segments[0] ?? '')) return `must not begin with the API path "${segments[0]}"`
  const extension = /\.([A-Za-z][A-Za-z0-9]{1,4})$/.exec(segments.at(-1) ?? '')?.[1]?.toLowerCase()
  if (extension !== undefined && !imageExtensions.has(extension)) return 'must not use a non-image file name extension'
  return undefined
}
