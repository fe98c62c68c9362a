import type { BlobStore } from '../blobs/blob-store.ts'
import type { RenditionCache } from '../blobs/rendition-cache.ts'
import { type Image, imageLimits } from '../domain/image.ts'
import type { Variant } from '../domain/variant.ts'
import { mimeTypes } from '../pixels/formats.ts'
import { render } from '../pixels/render.ts'
import type { RenderQueue } from '../pixels/render-queue.ts'
import type { Database } from '../store/database.ts'
import { findServed } from '../store/serving.ts'
import type { Log } from '../telemetry/log.ts'
import { planRendition, type RenditionPlan } from './rendition-plan.ts'
import { createSingleFlight } from './single-flight.ts'

export type ServeParts = {
  readonly database: Database
  readonly blobs: BlobStore
  readonly renditions: RenditionCache
  readonly renderQueue: RenderQueue
  readonly log: Log
}

/** What a variant URL and its request say. */
export type ImageRequest = {
  readonly accountHash: string
  readonly imageId: string
  readonly variantId: string
  /** The `Accept` header. */
  readonly accept: string | undefined
  /** The ETags that the client holds, as `If-None-Match` names them. */
  readonly ifNoneMatch: string | undefined
}

export type ServedImage =
  | { readonly outcome: 'account_unknown' | 'image_unknown' | 'variant_unknown' | 'signature_required' }
  | { readonly outcome: 'unchanged'; readonly etag: string }
  | {
      readonly outcome: 'found'
      readonly etag: string
      readonly contentType: string
      readonly sizeBytes: number
      /** Read it to its end or cancel it. */
      readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
    }

export type Serve = (request: ImageRequest) => Promise<ServedImage>

/** Whether the client holds the present bytes (RFC 9110 §13.1.2, weak comparison). */
const isHeld = (etag: string, ifNoneMatch: string | undefined): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))

/**
 * Serves images through their variants: one read of the database, the ETag before any byte, then the rendition from
 * the cache, or rendered once for all who wait. Drawings are served as they were uploaded.
 */
export const createServe = ({ database, blobs, renditions, renderQueue, log }: ServeParts): Serve => {
  const singleFlight = createSingleFlight<Uint8Array | undefined>()

  const makeRendition = async (
    { blobKey }: Image,
    { options }: Variant,
    { key, format }: NonNullable<RenditionPlan['rendition']>,
  ): Promise<Uint8Array | undefined> => {
    const cached = await renditions.get(key)
    if (cached) return cached.bytes
    const rendered = await renderQueue.run(async () => {
      const bytes = await blobs.readAll(blobKey, imageLimits.fileBytes)
      return bytes && render({ bytes }, { ...options, format })
    })
    if (!rendered) return undefined
    // Nobody waits for the cache, and it may be lost at any time.
    renditions.put(key, rendered.bytes).catch((error: unknown) => {
      log.warn({ err: error, blobKey }, 'A rendition could not be cached')
    })
    return rendered.bytes
  }

  const found = async (image: Image, variant: Variant, { etag, rendition }: RenditionPlan): Promise<ServedImage> => {
    if (!rendition) {
      const blob = await blobs.read(image.blobKey)
      if (!blob) return { outcome: 'image_unknown' }
      return { outcome: 'found', etag, contentType: mimeTypes[image.format], ...blob }
    }
    const bytes = await singleFlight(etag, () => makeRendition(image, variant, rendition))
    // Gone between the row and the bytes.
    if (!bytes) return { outcome: 'image_unknown' }
    const body =
      bytes.buffer instanceof ArrayBuffer
        ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
        : new Uint8Array(bytes)
    return { outcome: 'found', etag, contentType: mimeTypes[rendition.format], sizeBytes: bytes.length, body }
  }

  return async ({ accountHash, imageId, variantId, accept, ifNoneMatch }) => {
    const served = await findServed(database, accountHash, imageId, variantId)
    if (!served) return { outcome: 'account_unknown' }
    const { image, variant } = served
    if (!image) return { outcome: 'image_unknown' }
    if (!variant) return { outcome: 'variant_unknown' }
    if (image.requireSignedURLs && !variant.neverRequireSignedURLs) return { outcome: 'signature_required' }
    const plan = planRendition(image, variant, accept)
    if (isHeld(plan.etag, ifNoneMatch)) return { outcome: 'unchanged', etag: plan.etag }
    return found(image, variant, plan)
  }
}
