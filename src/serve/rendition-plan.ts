import { createHash } from 'node:crypto'
import type { RenditionKey } from '../blobs/rendition-cache.ts'
import type { Image } from '../domain/image.ts'
import type { Variant } from '../domain/variant.ts'
import type { RasterFormat } from '../pixels/formats.ts'

/** Goes up when the renderer makes other bytes of the same wish, so that no old rendition is served. */
const rendererVersion = 1

/** How an image is answered: as it was uploaded, or rendered. */
export type RenditionPlan = {
  /** A strong ETag (RFC 9110 §8.8.3): the same for the same bytes, known before any byte is read. */
  readonly etag: string
  /** Undefined: the original is served, because a drawing is never rendered. */
  readonly rendition: { readonly key: RenditionKey; readonly format: RasterFormat } | undefined
}

/** Whether an `Accept` header names WebP. Wildcards do not count: clients that send them cannot always show it. */
export const acceptsWebp = (accept: string | undefined): boolean =>
  (accept ?? '')
    .toLowerCase()
    .split(',')
    .some((range) => {
      const [type, ...parameters] = range.split(';').map((part) => part.trim())
      return type === 'image/webp' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    })

const etagOf = (...facts: readonly string[]): string =>
  `"${createHash('sha256').update(facts.join('\n')).digest('base64url').slice(0, 27)}"`

/**
 * What is answered for an image through a variant. WebP goes to those who say that they take it, to others the
 * format that was uploaded.
 */
export const planRendition = (image: Image, variant: Variant, accept: string | undefined): RenditionPlan => {
  if (image.format === 'svg') return { etag: etagOf(image.blobKey), rendition: undefined }
  const format = acceptsWebp(accept) ? 'webp' : image.format === 'heic' ? 'jpeg' : image.format
  const { fit, exifPolicy, width, height } = variant.options
  // A variant that was deleted and made anew counts its revisions from the start, so the options are named too.
  const rendition = [variant.id, variant.revision, fit, exifPolicy, width, height, format, rendererVersion].join(' ')
  return { etag: etagOf(image.blobKey, rendition), rendition: { key: { image: image.blobKey, rendition }, format } }
}
