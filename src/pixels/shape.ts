import type { Sharp } from 'sharp'
import { type Colour, laidOver, white } from '../domain/colour.ts'
import { decodeRaw } from './decoder.ts'
import type { Size } from './fit.ts'
import type { RenderPlan } from './plan.ts'
import { type Area, areaBefore, type Turn, turned } from './turn.ts'

/** What a plan is carried out on. */
export type Shaping = {
  readonly plan: RenderPlan
  /** The size of one frame as it is stored. */
  readonly stored: Size
  /** What brings the stored picture upright. */
  readonly upright: Turn
  /** Whether the format that is written has transparency. */
  readonly keepsAlpha: boolean
  readonly background: Colour | undefined
}

const clear: Colour = { r: 0, g: 0, b: 0, alpha: 0 }

/**
 * Trims, scales and turns. The trim and the scale are carried out on the picture as it is stored and turns come last:
 * the same result, and a photo held sideways need not be turned at its full size.
 */
const scaleAndTurn = (picture: Sharp, { plan, stored, upright }: Shaping): Sharp => {
  if (plan.area) picture.extract(areaBefore(plan.area, upright, stored))
  picture.resize({ ...turned(plan.fit.scaled, plan.turn), fit: 'fill' })
  if (plan.turn.mirrored) picture.flop()
  if (plan.turn.quarters > 0) picture.rotate(plan.turn.quarters * 90)
  return picture
}

/** Turns a photo upright; said after all else, or the machinery would turn it at its full size before it is cut. */
const turnUpright = (picture: Sharp, upright: Turn): Sharp =>
  upright.mirrored || upright.quarters > 0 ? picture.autoOrient() : picture

/** Cuts a scaled picture to its size at a place, or fills it up around its centre. */
const cutOrPad = (picture: Sharp, { scaled, width, height }: RenderPlan['fit'], at: Area, around: Colour): Sharp => {
  if (scaled.width > width || scaled.height > height) return picture.extract(at)
  const [across, down] = [width - scaled.width, height - scaled.height]
  if (across === 0 && down === 0) return picture
  const [left, top] = [Math.floor(across / 2), Math.floor(down / 2)]
  return picture.extend({ left, right: across - left, top, bottom: down - top, background: around })
}

/** The colours of an opaque result are laid under it at once; a translucent one needs a layer of its own. */
export const shape = (picture: Sharp, shaping: Shaping, cutAt: Area): Sharp => {
  const { plan, keepsAlpha, background } = shaping
  const isTranslucent = keepsAlpha && background !== undefined && background.alpha < 1
  if (!keepsAlpha) picture.flatten({ background: laidOver(background ?? white, white) })
  else if (background && !isTranslucent) picture.flatten({ background })
  scaleAndTurn(picture, shaping)
  const around = isTranslucent ? clear : keepsAlpha ? (background ?? white) : laidOver(background ?? white, white)
  cutOrPad(picture, plan.fit, cutAt, around)
  if (isTranslucent && background.alpha > 0)
    picture.composite([
      { input: { create: { width: 1, height: 1, channels: 4, background } }, tile: true, blend: 'dest-over' },
    ])
  return turnUpright(picture, shaping.upright)
}

/** Where a point in fractions of what hangs over places the cut. */
export const placedAt = ({ scaled, width, height }: RenderPlan['fit'], { x, y }: { x: number; y: number }): Area => ({
  left: Math.round((scaled.width - width) * x),
  top: Math.round((scaled.height - height) * y),
  width,
  height,
})

/** Where the cut keeps what draws attention, or what is busiest. */
export const placedByContent = async (
  picture: Sharp,
  shaping: Shaping,
  strategy: 'attention' | 'entropy',
): Promise<Area> => {
  const { width, height } = shaping.plan.fit
  const whole = await turnUpright(scaleAndTurn(picture, shaping), shaping.upright)
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { info } = await decodeRaw(whole.data, whole.info)
    .resize({ width, height, fit: 'cover', position: strategy })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { left: Math.abs(info.cropOffsetLeft ?? 0), top: Math.abs(info.cropOffsetTop ?? 0), width, height }
}
