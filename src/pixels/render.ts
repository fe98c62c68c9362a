import type { Sharp } from 'sharp'
import { AppError } from '../domain/errors.ts'
import { decode, type ImageSource, loadBytes, readHeader, translate } from './decoder.ts'
import { readRights, withRights } from './exif.ts'
import { type Fit, type FitPlan, planFit } from './fit.ts'
import { heicToPng } from './heic.ts'
import { canMove, type RasterFormat, sniff } from './formats.ts'
import { defaultLimits, type PixelLimits } from './limits.ts'

/** What survives of a picture's EXIF. Only JPEG carries it on; all other formats always drop it. */
export type ExifPolicy = 'keep' | 'copyright' | 'none'

export type RenderOptions = {
  /** Pixels, at least 1; both missing = the original size. */
  width?: number | undefined
  height?: number | undefined
  /** Default `scale-down`. */
  fit?: Fit | undefined
  /** Default `copyright`: nothing but the artist and the copyright. */
  exifPolicy?: ExifPolicy | undefined
  format: RasterFormat
  /**
   * 1 to 100 on JPEG's scale, default 85; brought to a like look for WebP (100 = lossless) and AVIF. On PNG a given
   * value permits a palette. GIF has none.
   */
  quality?: number | undefined
}

export type RenderedImage = {
  bytes: Uint8Array
  format: RasterFormat
  width: number
  height: number
  /** Frames that were written: 1 unless the source moves and the format can. */
  frameCount: number
}

/** A source's bytes, as sharp can decode them. */
const loadPicture = async (source: ImageSource, limits: PixelLimits): Promise<Uint8Array> => {
  const bytes = await loadBytes(source, limits)
  return sniff(bytes) === 'heic' ? heicToPng(bytes, await readHeader(bytes, 'first'), limits) : bytes
}

const defaultQuality = 85
const white = '#ffffff'

/** Outside these sides a progressive JPEG costs more than it gives (Cloudflare's own bounds). */
const isProgressive = ({ width, height }: FitPlan): boolean =>
  Math.min(width, height) >= 50 && Math.max(width, height) <= 3000

const encode = (picture: Sharp, plan: FitPlan, { format, quality }: RenderOptions): Sharp => {
  const look = quality ?? defaultQuality
  switch (format) {
    case 'jpeg':
      return picture.flatten({ background: white }).jpeg({ quality: look, progressive: isProgressive(plan) })
    case 'png':
      return picture.png(quality === undefined ? {} : { quality, palette: true })
    case 'gif':
      return picture.gif({ effort: 3 })
    case 'webp':
      return picture.webp(look === 100 ? { lossless: true } : { quality: look })
    case 'avif':
      // 85 on JPEG's scale looks like 60 here; effort 4 would take seven times as long for 4 % fewer bytes.
      return picture.avif({ quality: Math.max(1, Math.round(look * 0.7)), effort: 2 })
  }
}

const resize = (picture: Sharp, { width, height, way }: FitPlan): Sharp =>
  picture.resize({
    width,
    height,
    fit: way === 'scale' ? 'fill' : way === 'cut' ? 'cover' : 'contain',
    background: white,
  })

const checkOutput = (plan: FitPlan, frameCount: number, limits: PixelLimits): void => {
  if (plan.width * plan.height * frameCount <= limits.areaPixels) return
  const message = `The result would have ${plan.width} × ${plan.height} pixels; ask for a smaller width or height.`
  throw new AppError(frameCount === 1 ? 'image_area_too_large' : 'animation_too_large', message, { pointer: 'width' })
}

/**
 * Renders an image: upright, in sRGB, fitted, encoded. Animations stay animations in GIF and WebP, elsewhere their
 * first frame is taken. Transparency stays where the format has it and becomes white in JPEG. An SVG is never rendered:
 * serve its original.
 *
 * Run it in a render queue.
 * @throws AppError `image_format_unsupported` for what cannot be decoded, `image_undecodable` for a file broken since
 * its upload, `image_area_too_large` or `animation_too_large` for a result beyond the limits.
 */
export const render = async (
  source: ImageSource,
  options: RenderOptions,
  limits: PixelLimits = defaultLimits,
): Promise<RenderedImage> => {
  const bytes = await loadPicture(source, limits)
  const sourceFormat = sniff(bytes)
  if (sourceFormat === undefined || sourceFormat === 'svg' || sourceFormat === 'heic')
    throw new AppError('image_format_unsupported', 'Only images made of pixels can be rendered; ask for the original.')
  const moving = canMove(sourceFormat) && canMove(options.format)
  const header = await readHeader(bytes, canMove(sourceFormat) ? 'all' : 'first')
  const still = (header.pages ?? 1) === 1 || !canMove(sourceFormat)
  const frameCount = moving ? (header.pages ?? 1) : 1
  const shown = still ? header.autoOrient : { width: header.width, height: header.pageHeight ?? header.height }
  const plan = planFit(shown, options, options.fit ?? 'scale-down')
  checkOutput(plan, frameCount, limits)
  const frames = frameCount > 1 ? 'all' : 'first'
  const picture = resize(decode(bytes, limits, { frames, failOn: 'truncated', upright: still }), plan)
  const exifPolicy = options.format === 'jpeg' ? (options.exifPolicy ?? 'copyright') : 'none'
  const encoded = encode(exifPolicy === 'keep' ? picture.keepExif() : picture, plan, options)
  const output = await encoded.toBuffer().catch((error: unknown) => {
    throw translate(error)
  })
  return {
    bytes: exifPolicy === 'copyright' && header.exif ? withRights(output, readRights(header.exif)) : output,
    format: options.format,
    width: plan.width,
    height: plan.height,
    frameCount,
  }
}
