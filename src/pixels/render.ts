import type { Metadata, Sharp } from 'sharp'
import type { Transform } from '../domain/transform.ts'
import { decode, type ImageSource, translate } from './decoder.ts'
import { applyEffects, looksAround } from './effects.ts'
import { encode, type EncodeWish, type Motion } from './encode.ts'
import { readRights, withRights } from './exif.ts'
import { findBorder } from './find-border.ts'
import { canMove, type RasterFormat, sniff } from './formats.ts'
import { frameByFrame, framed } from './frames.ts'
import { defaultLimits, type PixelLimits } from './limits.ts'
import { readPicture } from './picture.ts'
import { checkPlan, planRender, type SizeWish } from './plan.ts'
import { placedAt, placedByContent, shape, type Shaping } from './shape.ts'

/** A wish with everything settled that a request decides: the format, and the width where the browser was asked. */
export type RenderOptions = SizeWish & EncodeWish & Omit<Transform, 'width' | 'format' | 'slowQuality' | 'onError'>

export type RenderedImage = {
  bytes: Uint8Array
  format: RasterFormat
  width: number
  height: number
  /** Frames that were written: 1 unless the source moves and the format can. */
  frameCount: number
}

const motionOf = ({ delay = [], loop = 0 }: Metadata, frameCount: number): Motion | undefined =>
  frameCount > 1 ? { delay, loop } : undefined

const movingFormat = (bytes: Uint8Array): RasterFormat => (sniff(bytes) === 'gif' ? 'gif' : 'webp')

/**
 * Renders an image: trimmed, upright and turned, in sRGB, fitted, with its effects and its frame, encoded; in this
 * order. Animations stay animations in GIF and WebP, elsewhere and with `anim: false` their first frame is taken; one that
 * would move and is over the limit for it is answered as it is.
 * Transparency stays where the format has it and becomes white in JPEG. An SVG is never rendered.
 *
 * Run it in a render queue.
 * @throws AppError `image_format_unsupported` for what cannot be decoded, `image_undecodable` for a file broken since
 * its upload, `image_area_too_large` or `animation_too_large` for a result beyond the limits, `bad_request` when
 * trimming leaves nothing.
 */
export const render = async (
  source: ImageSource,
  options: RenderOptions,
  limits: PixelLimits = defaultLimits,
): Promise<RenderedImage> => {
  const given = await readPicture(source, limits)
  const { header, stored, upright } = given
  const frameCount = canMove(options.format) && options.anim !== false ? given.frameCount : 1
  // Cloudflare's rule: making it anew would take longer than anybody waits.
  if (frameCount > 1 && stored.width * stored.height * frameCount > limits.movingAreaPixels)
    return { bytes: given.bytes, format: movingFormat(given.bytes), ...given.shown, frameCount }
  try {
    const plan = planRender(given.shown, options, await findBorder(given, options.trim, limits))
    checkPlan(plan, frameCount, limits)
    const keepsAlpha = options.format !== 'jpeg'
    const shaping: Shaping = { plan, stored, upright, keepsAlpha, background: options.background }
    const open = (frames: 'first' | 'all'): Sharp => decode(given.bytes, limits, { frames, failOn: 'truncated' })
    const gravity = options.gravity ?? { x: 0.5, y: 0.5 }
    const cutAt =
      typeof gravity === 'object'
        ? placedAt(plan.fit, gravity)
        : await placedByContent(open('first'), shaping, gravity === 'auto' ? 'attention' : 'entropy')
    const work = (picture: Sharp): Sharp => applyEffects(shape(picture, shaping, cutAt), options)
    const mixes = frameCount > 1 && (plan.turn.quarters > 0 || looksAround(options))
    const picture = mixes ? await frameByFrame(given, limits, work) : work(open(frameCount > 1 ? 'all' : 'first'))
    const finished = await framed(picture, plan)
    const exifPolicy = options.format === 'jpeg' ? (options.exifPolicy ?? 'copyright') : 'none'
    if (exifPolicy === 'keep') finished.keepExif()
    const output = await encode(finished, options, plan.output, motionOf(header, frameCount)).toBuffer()
    return {
      bytes: exifPolicy === 'copyright' && header.exif ? withRights(output, readRights(header.exif)) : output,
      format: options.format,
      ...plan.output,
      frameCount,
    }
  } catch (error) {
    throw translate(error)
  }
}

/** What is said of an image instead of showing it (`format=json`). */
export type ImageDescription = {
  readonly width: number
  readonly height: number
  /** Frames of the original. */
  readonly frameCount: number
  readonly original: { readonly width: number; readonly height: number }
}

/** The size an image would be rendered to; decodes no pixel unless a border has to be found. */
export const describe = async (
  source: ImageSource,
  wish: SizeWish,
  limits: PixelLimits = defaultLimits,
): Promise<ImageDescription> => {
  const given = await readPicture(source, limits)
  const plan = planRender(given.shown, wish, await findBorder(given, wish.trim, limits))
  return { ...plan.output, frameCount: given.frameCount, original: given.shown }
}
