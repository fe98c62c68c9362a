import type { Sharp } from 'sharp'
import type { Transform } from '../domain/transform.ts'
import type { Size } from './fit.ts'
import type { RasterFormat } from './formats.ts'

/** How a picture is written. */
export type EncodeWish = Pick<Transform, 'quality' | 'compression'> & {
  readonly format: RasterFormat
  /** Never progressive: for JPEG readers that cannot. */
  readonly baseline?: boolean | undefined
}

/** How an animation runs; undefined for a still. */
export type Motion = { readonly delay: number[]; readonly loop: number }

const defaultQuality = 85

/** Outside these sides a progressive JPEG costs more than it gives (Cloudflare's own bounds). */
const isProgressive = ({ width, height }: Size): boolean =>
  Math.min(width, height) >= 50 && Math.max(width, height) <= 3000

/** Sets the encoder. A JPEG must have been laid over a colour before. */
export const encode = (picture: Sharp, wish: EncodeWish, output: Size, motion: Motion | undefined): Sharp => {
  const { format, quality, baseline } = wish
  const isFast = wish.compression === 'fast'
  const look = quality ?? defaultQuality
  switch (format) {
    case 'jpeg':
      return picture.jpeg({ quality: look, progressive: !baseline && !isFast && isProgressive(output) })
    case 'png':
      return picture.png({
        ...(quality === undefined ? {} : { quality, palette: true }),
        ...(isFast ? { compressionLevel: 1 } : {}),
      })
    case 'gif':
      // The colours of the source alone would lack those that scaling, padding and effects bring.
      return picture.gif({ effort: isFast ? 1 : 3, reuse: false, ...motion })
    case 'webp':
      return picture.webp({
        ...(look === 100 ? { lossless: true } : { quality: look }),
        ...(isFast ? { effort: 0 } : {}),
        ...motion,
      })
    case 'avif':
      // 85 on JPEG's scale looks like 60 here; effort 4 would take seven times as long for 4 % fewer bytes.
      return picture.avif({ quality: Math.max(1, Math.round(look * 0.7)), effort: isFast ? 0 : 2 })
  }
}
