import type { RenditionCache } from '../blobs/rendition-cache.ts'
import { mimeTypes, sniff } from '../pixels/formats.ts'
import { describe, render } from '../pixels/render.ts'
import type { RenderQueue } from '../pixels/render-queue.ts'
import { sanitiseDrawing } from '../pixels/drawing.ts'
import type { Log } from '../telemetry/log.ts'
import type { RenditionPlan } from './rendition-plan.ts'
import { createSingleFlight } from './single-flight.ts'

/** Bytes as they are answered. */
export type Rendition = { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string }

export type RenditionsParts = {
  readonly renditions: RenditionCache
  readonly renderQueue: RenderQueue
  readonly log: Log
}

/** What a rendition is made of: the name of the original's bytes, and how to read them. */
export type Original = {
  /** Names the bytes, not the record, so that an image uploaded anew under an old id is another one. */
  readonly name: string
  /** Undefined: they are gone. Called in the render queue, so that only what is worked on is in memory. */
  readonly read: () => Promise<Uint8Array | undefined>
}

/**
 * Answers the rendition of a plan: from the cache, or made once for all who ask meanwhile; undefined when the original
 * is gone.
 * @throws AppError `unavailable` when too many wait; what rendering throws.
 */
export type GetRendition = (original: Original, plan: RenditionPlan) => Promise<Rendition | undefined>

const make = async (bytes: Uint8Array, plan: RenditionPlan): Promise<Uint8Array> => {
  if (plan.kind === 'drawing') return sanitiseDrawing(bytes)
  if (plan.kind === 'rendition') return (await render({ bytes }, plan.options)).bytes
  const { width, height, frameCount, original } = await describe({ bytes }, plan.options)
  const format = sniff(bytes)
  const described = {
    width,
    height,
    original: { file_size: bytes.length, ...original, format: format ? mimeTypes[format] : 'application/octet-stream' },
    ...(frameCount > 1 && { frame_count: frameCount }),
  }
  return new TextEncoder().encode(JSON.stringify(described))
}

/** What large animations become is not what was planned, so the bytes themselves are asked. */
const contentTypeOf = (bytes: Uint8Array, plan: RenditionPlan): string => {
  if (plan.kind === 'description') return 'application/json'
  return plan.kind === 'drawing' ? mimeTypes.svg : mimeTypes[sniff(bytes) ?? plan.options.format]
}

const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : new Uint8Array(bytes)

/** Puts the cache, the queue and the renderer together. */
export const createGetRendition = ({ renditions, renderQueue, log }: RenditionsParts): GetRendition => {
  const singleFlight = createSingleFlight<Rendition | undefined>()

  const find = async (original: Original, plan: RenditionPlan): Promise<Rendition | undefined> => {
    const key = { image: original.name, rendition: plan.name }
    const cached = await renditions.get(key)
    if (cached) return { bytes: owned(cached.bytes), contentType: contentTypeOf(cached.bytes, plan) }
    const made = await renderQueue.run(async () => {
      const bytes = await original.read()
      return bytes && make(bytes, plan)
    })
    if (!made) return undefined
    // Nobody waits for the cache, and it may be lost at any time.
    renditions.put(key, made).catch((error: unknown) => {
      log.warn({ err: error, image: original.name }, 'A rendition could not be cached')
    })
    return { bytes: owned(made), contentType: contentTypeOf(made, plan) }
  }

  return (original, plan) => singleFlight(`${original.name} ${plan.name}`, () => find(original, plan))
}
