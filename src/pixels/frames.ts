import type { Sharp } from 'sharp'
import { AppError } from '../domain/errors.ts'
import { decode, decodeRaw, type RawInfo } from './decoder.ts'
import type { Size } from './fit.ts'
import type { PixelLimits } from './limits.ts'
import type { Picture } from './picture.ts'
import type { RenderPlan } from './plan.ts'

/** Pixels of an animation, all frames together, up to which each frame is worked on by itself. */
const mostFramePixels = 50_000_000

/** Works on each of the decoded frames that lie below each other; answers them in the same way. */
const eachFrame = async (
  strip: Uint8Array,
  { channels }: Pick<RawInfo, 'channels'>,
  { width, height }: Size,
  work: (frame: Sharp) => Sharp,
): Promise<Sharp> => {
  const frameBytes = width * height * channels
  const frames: Buffer[] = []
  let made: RawInfo = { width, height, channels }
  for (let at = 0; at < strip.length; at += frameBytes) {
    const frame = decodeRaw(strip.subarray(at, at + frameBytes), { width, height, channels })
    const { data, info } = await work(frame).raw().toBuffer({ resolveWithObject: true })
    frames.push(data)
    made = info
  }
  return decodeRaw(Buffer.concat(frames), { ...made, height: made.height * frames.length }, made.height)
}

/**
 * Works on each frame of an animation by itself, where the work would mix frames that lie below each other.
 * @throws AppError `animation_too_large` over 50 megapixels, since all frames are in memory.
 */
export const frameByFrame = async (
  { bytes, stored, frameCount }: Picture,
  limits: PixelLimits,
  work: (frame: Sharp) => Sharp,
): Promise<Sharp> => {
  if (stored.width * stored.height * frameCount > mostFramePixels)
    throw new AppError('animation_too_large', 'The animation is too large for this; ask for anim=false.')
  const { data, info } = await decode(bytes, limits, { frames: 'all', failOn: 'truncated' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return eachFrame(data, info, stored, work)
}

/** A frame comes after the effects; the machinery would draw it before them, so it is drawn on what they gave. */
export const framed = async (picture: Sharp, { border, fit }: RenderPlan): Promise<Sharp> => {
  if (!border) return picture
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  const { colour, ...sides } = border
  return eachFrame(data, info, fit, (frame) => frame.extend({ ...sides, background: colour }))
}
