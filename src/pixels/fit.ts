import type { Fit } from '../domain/transform.ts'

/** The asked size in pixels. With one side missing the other decides and the ratio is kept: nothing is cut or padded. */
export type Box = { readonly width?: number | undefined; readonly height?: number | undefined }

export type Size = { readonly width: number; readonly height: number }

/** The size of the result, and the size the whole picture is scaled to before it is cut to it or padded up to it. */
export type FitPlan = Size & { readonly scaled: Size }

const scaled = (image: Size, factor: number): Size => ({
  width: Math.max(1, Math.round(image.width * factor)),
  height: Math.max(1, Math.round(image.height * factor)),
})

const whole = (size: Size): FitPlan => ({ ...size, scaled: size })

/** Cut to `size`: the picture is scaled so that it covers it. */
const cut = (image: Size, size: Size): FitPlan => {
  const covering = scaled(image, Math.max(size.width / image.width, size.height / image.height))
  return {
    ...size,
    scaled: { width: Math.max(size.width, covering.width), height: Math.max(size.height, covering.height) },
  }
}

/** One side alone, or both for the fits that neither cut nor distort. */
const inside = (image: Size, factor: number, fit: Fit): FitPlan => {
  if (fit === 'scale-up') return whole(scaled(image, Math.max(1, factor)))
  const isNeverLarger = fit === 'scale-down' || fit === 'crop' || fit === 'aspect-crop'
  return whole(scaled(image, isNeverLarger ? Math.min(1, factor) : factor))
}

/**
 * The output size and the way to it, for an image as it is shown. `crop` of an image that is larger than the box on one
 * side only is cut on that side and left alone on the other.
 */
export const planFit = (image: Size, box: Box, fit: Fit): FitPlan => {
  const { width, height } = box
  if (width === undefined && height === undefined) return whole(image)
  const across = width === undefined ? Infinity : width / image.width
  const down = height === undefined ? Infinity : height / image.height
  const factor = Math.min(across, down)
  if (width === undefined || height === undefined) return inside(image, factor, fit)
  const size = { width, height }
  switch (fit) {
    case 'scale-down':
    case 'contain':
    case 'scale-up':
      return inside(image, factor, fit)
    case 'squeeze':
      return whole(size)
    case 'cover':
      return cut(image, size)
    case 'crop':
      return cut(image, { width: Math.min(width, image.width), height: Math.min(height, image.height) })
    case 'aspect-crop':
      return cut(image, scaled(size, Math.min(1, 1 / Math.max(across, down))))
    case 'pad': {
      const contained = scaled(image, factor)
      return {
        ...size,
        scaled: { width: Math.min(width, contained.width), height: Math.min(height, contained.height) },
      }
    }
  }
}
