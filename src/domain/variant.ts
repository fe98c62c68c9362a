import { isPlainText } from './text.ts'
import type { ExifPolicy, VariantFit } from './transform.ts'

/** How a variant transforms. */
export type VariantOptions = {
  readonly fit: VariantFit
  readonly exifPolicy: ExifPolicy
  /** Pixels, at least 1. One side that is absent is decided by the other, two by the image. */
  readonly width?: number
  readonly height?: number
  /** How long browsers keep an image; absent = as the account says. */
  readonly browserTtlSeconds?: number
}

/** A named set of transform options. */
export type Variant = {
  readonly accountId: string
  readonly id: string
  readonly options: VariantOptions
  readonly neverRequireSignedURLs: boolean
  /** Goes up with every change, so that renditions of older options are never served. */
  readonly revision: number
}

/** The variant that every account has from the start. */
export const publicVariant = {
  id: 'public',
  options: { fit: 'scale-down', exifPolicy: 'none', width: 1366, height: 768 },
} as const satisfies { id: string; options: VariantOptions }

/** Cloudflare's limits on variants. */
export const variantLimits = { perAccount: 100, idCharacters: 99 } as const

/**
 * Why a variant cannot have this name, as the end of a sentence; undefined when it can. A name is the last segment of a
 * variant URL, where options may stand too: those have an equals sign.
 */
export const variantIdProblem = (id: string): string | undefined => {
  if (id.trim() === '') return 'must not be empty'
  if ([...id].length > variantLimits.idCharacters)
    return `must not be longer than ${variantLimits.idCharacters} characters`
  if (!isPlainText(id)) return 'must be valid text without control characters'
  if (/[/=]/.test(id)) return 'must not hold a slash or an equals sign'
  return id === '.' || id === '..' ? 'must not be "." or ".."' : undefined
}

/** A segment of a path with everything encoded that a browser would not carry through. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment)

/** The path of a variant URL: hash, image id (its slashes stay), variant. */
export const variantPath = (accountHash: string, imageId: string, variantId: string): string =>
  `/${accountHash}/${imageId.split('/').map(encodeSegment).join('/')}/${encodeSegment(variantId)}`

/** The public address of an image through a variant. `publicUrl` has no slash at its end. */
export const variantUrl = (publicUrl: string, accountHash: string, imageId: string, variantId: string): string =>
  `${publicUrl}${variantPath(accountHash, imageId, variantId)}`
