import { AppError } from '../domain/errors.ts'
import type { Border, Transform } from '../domain/transform.ts'
import { planFit, type FitPlan, type Size } from './fit.ts'
import type { PixelLimits } from './limits.ts'
import { type Area, type Turn, turned, turnOf } from './turn.ts'

/** The wishes that decide about sizes. A width that the browser decides has become a number by then. */
export type SizeWish = Pick<Transform, 'height' | 'fit' | 'dpr' | 'rotate' | 'flip' | 'trim' | 'border'> & {
  readonly width?: number | undefined
}

/** What is done with the pixels, in this order: trim, turn, fit, frame. */
export type RenderPlan = {
  /** What stays of the upright original; undefined: all of it. */
  readonly area: Area | undefined
  readonly turn: Turn
  readonly fit: FitPlan
  /** Around the fitted picture; undefined: none. */
  readonly border: Border | undefined
  /** With the border. */
  readonly output: Size
}

const nothingLeft = (): AppError =>
  new AppError('bad_request', 'The option trim leaves nothing of the image; trim less.', { pointer: 'trim' })

/** What stays of an image; undefined for all of it, and for a border that has to be looked for first. */
const areaOf = ({ trim, dpr = 1 }: SizeWish, { width, height }: Size): Area | undefined => {
  if (!trim || trim.kind === 'border') return undefined
  const pixels = (value: number): number => Math.round(value * dpr)
  const [left, top] = [pixels(trim.left), pixels(trim.top)]
  const right =
    trim.kind === 'sides' ? width - pixels(trim.right) : trim.width === undefined ? width : left + pixels(trim.width)
  const bottom =
    trim.kind === 'sides'
      ? height - pixels(trim.bottom)
      : trim.height === undefined
        ? height
        : top + pixels(trim.height)
  const area = { left, top, width: Math.min(right, width) - left, height: Math.min(bottom, height) - top }
  if (area.width < 1 || area.height < 1) throw nothingLeft()
  return area
}

/**
 * Plans everything about sizes, before a pixel is decoded. `shown` is the upright original; `found` what a search for
 * its border left of it.
 * @throws AppError `bad_request` when trimming leaves nothing.
 */
export const planRender = (shown: Size, wish: SizeWish, found?: Area): RenderPlan => {
  const dpr = wish.dpr ?? 1
  const pixels = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : Math.max(1, Math.round(value * dpr))
  const area = found ?? areaOf(wish, shown)
  const turn = turnOf(wish.flip, wish.rotate)
  const box = { width: pixels(wish.width), height: pixels(wish.height) }
  const fit = planFit(turned(area ?? shown, turn), box, wish.fit ?? 'scale-down')
  if (!wish.border) return { area, turn, fit, border: undefined, output: { width: fit.width, height: fit.height } }
  const side = (value: number): number => Math.round(value * dpr)
  const { colour, top, right, bottom, left } = wish.border
  const border = { colour, top: side(top), right: side(right), bottom: side(bottom), left: side(left) }
  const output = { width: fit.width + border.left + border.right, height: fit.height + border.top + border.bottom }
  return { area, turn, fit, border, output }
}

/** @throws AppError `image_area_too_large` or `animation_too_large` for a result beyond the limits. */
export const checkPlan = ({ fit, output }: RenderPlan, frameCount: number, limits: PixelLimits): void => {
  const widest = { width: Math.max(fit.scaled.width, output.width), height: Math.max(fit.scaled.height, output.height) }
  const tooLong = Math.max(output.width, output.height) > limits.sidePixels
  if (!tooLong && widest.width * widest.height * frameCount <= limits.areaPixels) return
  const message = `The result would have ${output.width} × ${output.height} pixels; ask for a smaller width or height.`
  throw new AppError(frameCount === 1 ? 'image_area_too_large' : 'animation_too_large', message, { pointer: 'width' })
}
