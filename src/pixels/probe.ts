import type { Metadata } from 'sharp'
import { AppError } from '../domain/errors.ts'
import { decode, type ImageSource, loadBytes, readHeader, translate } from './decoder.ts'
import { canMove, foreignFormat, type ImageFormat, sniff } from './formats.ts'
import { isWholeGif } from './gif.ts'
import { checkHeic } from './heic.ts'
import { defaultLimits, type PixelLimits } from './limits.ts'
import { readDrawing } from './svg.ts'

/** What a file is. */
export type ImageFacts = {
  format: ImageFormat
  /** Pixels as shown: after the EXIF orientation, which counts for stills only. For an SVG its own size in CSS pixels. */
  width: number
  height: number
  /** Frames of an animation; 1 for a still. */
  frameCount: number
  hasAlpha: boolean
  /** The EXIF orientation, 1 to 8, where the file has one. */
  orientation?: number
}

const refuse = (code: 'image_format_unsupported' | 'image_area_too_large' | 'animation_too_large', message: string) =>
  new AppError(code, message, { pointer: 'file' })

const identify = (bytes: Uint8Array): ImageFormat => {
  const format = sniff(bytes)
  if (format) return format
  const foreign = foreignFormat(bytes)
  const what =
    bytes.length === 0
      ? 'The file is empty'
      : foreign
        ? `The file is ${foreign}, which is not supported`
        : 'The file is not an image we know'
  throw refuse('image_format_unsupported', `${what}; send JPEG, PNG, GIF, WebP, AVIF, HEIC or SVG.`)
}

type PixelFormat = Exclude<ImageFormat, 'svg'>

/** What libvips calls the reader of each format; the codec tells apart those that share one. */
const decoderNames: Readonly<Record<PixelFormat, string>> = {
  jpeg: 'jpeg',
  png: 'png',
  gif: 'gif',
  webp: 'webp',
  avif: 'heif',
  heic: 'heif',
}

const codecs: Readonly<Partial<Record<PixelFormat, string>>> = { avif: 'av1', heic: 'hevc' }

const factsOf = (format: PixelFormat, header: Metadata): ImageFacts => {
  const frameCount = canMove(format) ? (header.pages ?? 1) : 1
  const still = frameCount === 1
  return {
    format,
    width: still ? header.autoOrient.width : header.width,
    height: still ? header.autoOrient.height : (header.pageHeight ?? header.height),
    frameCount,
    hasAlpha: header.hasAlpha,
    ...(header.orientation === undefined ? {} : { orientation: header.orientation }),
  }
}

const checkArea = ({ format, width, height, frameCount }: ImageFacts, limits: PixelLimits): void => {
  const size = `${width} × ${height} pixels`
  if (format !== 'webp' && Math.max(width, height) > limits.sidePixels)
    throw refuse(
      'image_area_too_large',
      `The image has ${size}; no side may be over ${limits.sidePixels}, so send a smaller one.`,
    )
  const ofFormat = format === 'avif' ? limits.avifAreaPixels : format === 'heic' ? limits.heicAreaPixels : Infinity
  const areaPixels = Math.min(limits.areaPixels, ofFormat)
  if (width * height > areaPixels)
    throw refuse(
      'image_area_too_large',
      `The image has ${size}; at most ${areaPixels} in all are accepted, so send a smaller one.`,
    )
  if (width * height * frameCount > limits.areaPixels)
    throw refuse(
      'animation_too_large',
      `The animation has ${frameCount} frames of ${size}; at most ${limits.areaPixels} in all are accepted, so send fewer or smaller frames.`,
    )
}

/** Pixels up to which a picture is decoded faster as it is than through the machinery that shrinks it. */
const smallPixels = 250_000
/** The shrink at which a JPEG decoder can leave out most of the inverse transform, while it still reads every bit. */
const probeShrink = 16

/** Decodes everything once and keeps nothing: the only proof that the file can be shown. */
const checkPixels = async (bytes: Uint8Array, facts: ImageFacts, limits: PixelLimits): Promise<void> => {
  const picture = decode(bytes, limits, {
    frames: facts.frameCount > 1 ? 'all' : 'first',
    failOn: 'error',
    ignoreProfile: true,
  })
  const small = facts.width * facts.height * facts.frameCount <= smallPixels
  const shrunk = small ? picture : picture.resize({ width: Math.ceil(facts.width / probeShrink) })
  await shrunk
    .raw()
    .toBuffer()
    .catch((error: unknown) => {
      throw translate(error)
    })
}

const probeDrawing = (bytes: Uint8Array, limits: PixelLimits): ImageFacts => {
  if (bytes.length > limits.svgBytes)
    throw new AppError('image_too_large', `The SVG is over ${limits.svgBytes} bytes; simplify it and send it again.`, {
      pointer: 'file',
    })
  return { format: 'svg', ...readDrawing(bytes), frameCount: 1, hasAlpha: true }
}

/**
 * Looks at a file: its format by its bytes, its size by its header, and whether it is whole by decoding it once. What
 * this accepts can be rendered. An SVG is checked for its structure and never rendered.
 *
 * Run it in a render queue: it costs a few milliseconds for most photos, a second and half a gigabyte at the limits.
 * @throws AppError `image_format_unsupported`, `image_undecodable` (broken or cut off), `image_area_too_large` (too many
 * pixels, or one side too long), `animation_too_large` (all frames together), `image_too_large` (bytes).
 */
export const probe = async (source: ImageSource, limits: PixelLimits = defaultLimits): Promise<ImageFacts> => {
  const bytes = await loadBytes(source, limits)
  const format = identify(bytes)
  if (format === 'svg') return probeDrawing(bytes, limits)
  if (format === 'gif' && !isWholeGif(bytes))
    throw new AppError('image_undecodable', 'The GIF is broken or cut off; export it again and upload it.', {
      pointer: 'file',
    })
  const header = await readHeader(bytes, canMove(format) ? 'all' : 'first')
  if (header.format !== decoderNames[format] || (codecs[format] !== undefined && header.compression !== codecs[format]))
    throw new AppError('image_undecodable', 'The image is not what its first bytes say; export it again.', {
      pointer: 'file',
    })
  const facts = factsOf(format, header)
  checkArea(facts, limits)
  // A HEIC is whole when its own decoder gets through; the PNG that comes of it needs no second look.
  if (format === 'heic') await checkHeic(bytes, header, limits)
  else await checkPixels(bytes, facts, limits)
  return facts
}
