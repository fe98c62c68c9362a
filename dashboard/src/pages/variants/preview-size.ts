import type { Variant } from './variants-api.ts'

export type Size = { readonly width: number; readonly height: number }

export type Box = Pick<Variant['options'], 'width' | 'height'>

const scaled = ({ width, height }: Size, factor: number): Size => ({
  width: Math.max(1, Math.round(width * factor)),
  height: Math.max(1, Math.round(height * factor)),
})

/**
 * How large a picture comes out of a variant. A side that is missing is decided by the other one; with both, `cover`,
 * `crop` and `pad` are the box, the others lie inside it; `scale-down` and `crop` never enlarge.
 */
export const previewSize = (picture: Size, { width, height }: Box, fit: string): Size => {
  if (width === undefined && height === undefined) return picture
  const factor = Math.min(
    width === undefined ? Infinity : width / picture.width,
    height === undefined ? Infinity : height / picture.height,
  )
  const inside = scaled(picture, fit === 'scale-down' || fit === 'crop' ? Math.min(1, factor) : factor)
  if (width === undefined || height === undefined) return inside
  if (fit === 'cover' || fit === 'pad') return { width, height }
  if (fit === 'crop') return { width: Math.min(width, picture.width), height: Math.min(height, picture.height) }
  return inside
}
