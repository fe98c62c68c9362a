import { AppError } from '../domain/errors.ts'
import type { Trim } from '../domain/transform.ts'
import { decode } from './decoder.ts'
import type { PixelLimits } from './limits.ts'
import type { Picture } from './picture.ts'
import { type Area, areaBefore, undo } from './turn.ts'

/** A frame of one colour is looked for in pixels that are all in memory, so larger images are refused. */
const mostSearchedPixels = 25_000_000

/**
 * What a search for a frame of one colour leaves of the upright picture; undefined when none is asked for.
 * @throws AppError `image_area_too_large` over 25 megapixels.
 */
export const findBorder = async (
  { bytes, stored, shown, upright }: Picture,
  trim: Trim | undefined,
  limits: PixelLimits,
): Promise<Area | undefined> => {
  if (trim?.kind !== 'border') return undefined
  const { width, height } = stored
  if (width * height > mostSearchedPixels)
    throw new AppError('image_area_too_large', 'The image is too large to look for its border; trim it in pixels.')
  const { info } = await decode(bytes, limits, { frames: 'first', failOn: 'truncated' })
    .trim({
      threshold: trim.tolerance,
      margin: trim.keep,
      ...(trim.colour && { background: trim.colour }),
    })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const found: Area = {
    left: Math.abs(info.trimOffsetLeft ?? 0),
    top: Math.abs(info.trimOffsetTop ?? 0),
    width: info.width,
    height: info.height,
  }
  // Found in the picture as it is stored, and wanted in the upright one.
  return areaBefore(found, undo(upright), shown)
}
