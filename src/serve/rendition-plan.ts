import { createHash } from 'node:crypto'
import { AppError } from '../domain/errors.ts'
import type { ImageFormat } from '../domain/image.ts'
import type { Transform } from '../domain/transform.ts'
import type { RasterFormat } from '../pixels/formats.ts'
import { defaultLimits } from '../pixels/limits.ts'
import { checkPlan, planRender } from '../pixels/plan.ts'
import type { RenderOptions } from '../pixels/render.ts'
import { accepts } from './accept.ts'
import { connectionHeaders, hintedWidth, type Hints, isSlow, widthHeaders } from './hints.ts'

/** Goes up when the renderer makes other bytes of the same wish, so that no old rendition is served. */
const rendererVersion = 3

/** What is known of an image before its bytes are read. */
export type ImageBefore = {
  readonly format: ImageFormat
  /** Pixels as shown. */
  readonly width: number
  readonly height: number
}

/** How an image is answered: as a drawing made harmless, as what can be said of it, or rendered. */
export type RenditionPlan = {
  /** Everything that decides about the bytes, in one text. */
  readonly name: string
  /** Request headers that decided, as `Vary` lists them. */
  readonly vary: readonly string[]
} & (
  | { readonly kind: 'drawing' }
  | { readonly kind: 'description'; readonly options: RenderOptions }
  | { readonly kind: 'rendition'; readonly options: RenderOptions }
)

/** A larger AVIF would take seconds to encode (Cloudflare's own soft bound). */
const longestAvifSide = 1200
/** The format's own end. */
const longestWebpSide = 16_383

type Taking = { readonly avif: boolean; readonly webp: boolean }

/** The format of those who take nothing newer. */
const ownFormat = (format: ImageFormat, side: number): RasterFormat =>
  format === 'heic' || format === 'svg' || (format === 'avif' && side > longestAvifSide) ? 'jpeg' : format

/**
 * Photos and PNG become AVIF where it is taken and quickly made, else WebP, else what they were; GIF, which may move,
 * becomes WebP; WebP and AVIF stay.
 */
const negotiated = (format: ImageFormat, side: number, moves: boolean, takes: Taking): RasterFormat => {
  const fitsAvif = side <= longestAvifSide && !moves && format !== 'webp'
  if (takes.avif && fitsAvif) return 'avif'
  if (takes.webp && side <= longestWebpSide) return 'webp'
  return ownFormat(format, side)
}

const chooseFormat = (image: ImageBefore, wish: Transform, side: number, takes: Taking): RasterFormat => {
  const wanted = wish.format ?? 'auto'
  const moves = (image.format === 'gif' || image.format === 'webp') && wish.anim !== false
  const own = ownFormat(image.format, side)
  if (wish.compression === 'fast' && (wanted === 'auto' || wanted === 'avif' || wanted === 'webp')) {
    if (own === 'jpeg') return 'jpeg'
    return (takes.webp || wanted !== 'auto') && side <= longestWebpSide ? 'webp' : own
  }
  switch (wanted) {
    case 'auto':
    case 'json':
      return negotiated(image.format, side, moves, takes)
    case 'avif':
      return side <= longestAvifSide && !moves ? 'avif' : side <= longestWebpSide ? 'webp' : own
    case 'webp':
      return side <= longestWebpSide ? 'webp' : own
    case 'jpeg':
    case 'baseline-jpeg':
      return 'jpeg'
    case 'png':
    case 'gif':
      return wanted
    case 'svg':
      throw new AppError(
        'image_format_unsupported',
        'An image made of pixels cannot become an SVG; ask for another format.',
      )
  }
}

/** A strong ETag (RFC 9110 §8.8.3) of texts: the same for the same bytes, known before any byte is read. */
export const etagOf = (...facts: readonly string[]): string =>
  `"${createHash('sha256').update(facts.join('\n')).digest('base64url').slice(0, 27)}"`

/**
 * What is answered for a wish about an image, to a client with these headers. The same plan has the same name, whichever
 * variant asks.
 * @throws AppError `bad_request`, `image_area_too_large` or `image_format_unsupported` for a wish that this image cannot
 * be given, before a byte is read.
 */
export const planRendition = (image: ImageBefore, wish: Transform, hints: Hints): RenditionPlan => {
  if (image.format === 'svg' && wish.format !== 'json') return { kind: 'drawing', name: 'drawing', vary: [] }
  const vary: string[] = []
  if ((wish.format ?? 'auto') === 'auto') vary.push('Accept')
  if (wish.width === 'auto') vary.push(...widthHeaders)
  if (wish.slowQuality !== undefined) vary.push(...connectionHeaders)
  const { width: askedWidth, slowQuality, onError: _onError, format: asked, ...rest } = wish
  const width = askedWidth === 'auto' ? hintedWidth(hints) : askedWidth
  const quality = slowQuality !== undefined && isSlow(hints) ? slowQuality : wish.quality
  const sizes = planRender(image, { ...rest, ...(width !== undefined && { width }) })
  checkPlan(sizes, 1, defaultLimits)
  const accept = hints('accept')
  const format = chooseFormat(image, wish, Math.max(sizes.output.width, sizes.output.height), {
    avif: accepts(accept, 'image/avif'),
    webp: accepts(accept, 'image/webp'),
  })
  const options: RenderOptions = {
    ...rest,
    ...(width !== undefined && { width }),
    ...(quality !== undefined && { quality }),
    ...(asked === 'baseline-jpeg' && { baseline: true }),
    format,
  }
  const kind = asked === 'json' ? 'description' : 'rendition'
  return { kind, name: `${kind} ${rendererVersion} ${nameOf(options)}`, vary, options }
}

/** The same text for the same options, in whatever order they were given. */
const nameOf = (options: RenderOptions): string =>
  JSON.stringify(Object.entries(options).toSorted(([one], [other]) => (one < other ? -1 : 1)))
