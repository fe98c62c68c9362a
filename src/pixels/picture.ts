import type { Metadata } from 'sharp'
import { AppError } from '../domain/errors.ts'
import { type ImageSource, loadBytes, readHeader } from './decoder.ts'
import type { Size } from './fit.ts'
import { canMove, sniff } from './formats.ts'
import { heicToPng } from './heic.ts'
import type { PixelLimits } from './limits.ts'
import { asItIs, type Turn, turned, uprightTurn } from './turn.ts'

/** A source that is about to be rendered: its bytes as the decoder takes them, and what its header says. */
export type Picture = {
  readonly bytes: Uint8Array
  readonly header: Metadata
  /** The size of one frame as it is stored. */
  readonly stored: Size
  /** What brings it upright; animations are taken as they are. */
  readonly upright: Turn
  /** The size of one frame as it is shown. */
  readonly shown: Size
  readonly frameCount: number
}

/**
 * Reads a source and its header; decodes no pixel, unless it is HEIC.
 * @throws AppError `image_format_unsupported` for a drawing and for what is no image, `image_undecodable`.
 */
export const readPicture = async (source: ImageSource, limits: PixelLimits): Promise<Picture> => {
  const given = await loadBytes(source, limits)
  const bytes = sniff(given) === 'heic' ? await heicToPng(given, await readHeader(given, 'first'), limits) : given
  const format = sniff(bytes)
  if (format === undefined || format === 'svg' || format === 'heic')
    throw new AppError('image_format_unsupported', 'Only images made of pixels can be rendered; ask for the original.')
  const header = await readHeader(bytes, canMove(format) ? 'all' : 'first')
  const frameCount = canMove(format) ? (header.pages ?? 1) : 1
  const stored = { width: header.width, height: header.pageHeight ?? header.height }
  const upright = frameCount === 1 ? uprightTurn(header.orientation) : asItIs
  return { bytes, header, stored, upright, shown: turned(stored, upright), frameCount }
}
