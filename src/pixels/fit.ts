/**
 * How an image is brought to a size, with Cloudflare's meaning:
 * `scale-down` inside the box, never enlarged · `contain` inside the box, enlarged if need be · `cover` fills the box
 * exactly, cut off around the centre, enlarged if need be · `crop` cuts like `cover` but never enlarges · `pad` like
 * `contain`, then white up to the exact box.
 */
export type Fit = 'scale-down' | 'contain' | 'cover' | 'crop' | 'pad'

/** The asked size in pixels. With one side missing the other decides and the ratio is kept: nothing is cut or padded. */
export type Box = { width?: number | undefined; height?: number | undefined }

export type Size = { width: number; height: number }

/** What to do with the pixels. */
export type FitPlan = Size & {
  /** `scale` to the size as it is; `cut` what hangs over after filling it; `pad` what stays empty. */
  way: 'scale' | 'cut' | 'pad'
}

const scaled = (image: Size, factor: number): FitPlan => ({
  width: Math.max(1, Math.round(image.width * factor)),
  height: Math.max(1, Math.round(image.height * factor)),
  way: 'scale',
})

const neverLarger = (fit: Fit): boolean => fit === 'scale-down' || fit === 'crop'

/**
 * The output size and the way to it, for an upright image. `crop` of an image that is larger than the box on one side
 * only is cut on that side and left alone on the other.
 */
export const planFit = (image: Size, box: Box, fit: Fit): FitPlan => {
  const across = box.width === undefined ? Infinity : box.width / image.width
  const down = box.height === undefined ? Infinity : box.height / image.height
  const inside = Math.min(across, down)
  if (inside === Infinity) return scaled(image, 1)
  if (fit === 'scale-down' || fit === 'contain' || box.width === undefined || box.height === undefined)
    return scaled(image, neverLarger(fit) ? Math.min(1, inside) : inside)
  if (fit === 'pad') return { width: box.width, height: box.height, way: 'pad' }
  if (fit === 'cover') return { width: box.width, height: box.height, way: 'cut' }
  return { width: Math.min(box.width, image.width), height: Math.min(box.height, image.height), way: 'cut' }
}
