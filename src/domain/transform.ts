import type { Colour } from './colour.ts'

/** The fits that a variant may have; Cloudflare's. The others stand in URLs alone. */
export const variantFits = ['scale-down', 'contain', 'cover', 'crop', 'pad'] as const

export type VariantFit = (typeof variantFits)[number]

/**
 * How an image is brought to a size, in Cloudflare's words and with their meaning:
 * `scale-down` inside the box, never enlarged · `contain` inside the box, enlarged if need be · `cover` fills the box
 * exactly, what hangs over is cut off, enlarged if need be · `crop` cuts like `cover` but never enlarges · `pad` like
 * `contain`, then filled up to the exact box · `squeeze` the exact box, distorted · `aspect-crop` cut to the ratio of
 * the box, never enlarged · `scale-up` inside the box, never made smaller.
 */
export const fits = [...variantFits, 'squeeze', 'aspect-crop', 'scale-up'] as const

export type Fit = (typeof fits)[number]

/** Which embedded data survives (the wire calls it `metadata`): all, the artist and the copyright, or nothing. */
export const exifPolicies = ['keep', 'copyright', 'none'] as const

export type ExifPolicy = (typeof exifPolicies)[number]

/**
 * What stays when something is cut off: `auto` what draws attention, `entropy` what is busiest, or a point. A point is
 * given in fractions of what hangs over: 0,0 keeps the left and upper edge, 1,1 the right and lower one.
 */
export type Gravity = 'auto' | 'entropy' | { readonly x: number; readonly y: number }

/** What is cut off before anything else, in pixels of the upright original. */
export type Trim =
  | {
      readonly kind: 'sides'
      readonly top: number
      readonly right: number
      readonly bottom: number
      readonly left: number
    }
  | {
      readonly kind: 'area'
      readonly top: number
      readonly left: number
      readonly width: number | undefined
      readonly height: number | undefined
    }
  | {
      /** A frame of one colour: cut off as far as it reaches. */
      readonly kind: 'border'
      /** Default: the colour of the upper left pixel. */
      readonly colour: Colour | undefined
      /** How far a pixel may differ, 0 to 255. */
      readonly tolerance: number
      /** Pixels of the frame that stay. */
      readonly keep: number
    }

/** A frame drawn around the result, in pixels. */
export type Border = {
  readonly colour: Colour
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

/** What may be asked for as the format of a result. `auto`: what the client says it takes. */
export const outputFormats = ['auto', 'avif', 'webp', 'jpeg', 'baseline-jpeg', 'png', 'gif', 'svg', 'json'] as const

export type OutputFormat = (typeof outputFormats)[number]

/** Everything that can be asked of one image; what is absent has Cloudflare's default. */
export type Transform = {
  /** Pixels, at least 1. `auto`: what the browser says it needs. Absent: by the height, or the original size. */
  readonly width?: number | 'auto'
  readonly height?: number
  /** Default `scale-down`. */
  readonly fit?: Fit
  /** Default the centre. */
  readonly gravity?: Gravity
  /** Multiplies width, height, trim and border; 0 to 2, default 1. */
  readonly dpr?: number
  /** Laid under what is transparent, and around what is padded. */
  readonly background?: Colour
  /** 1 to 100, default 85. */
  readonly quality?: number
  /** Replaces the quality on slow connections. */
  readonly slowQuality?: number
  /** Default `auto`. */
  readonly format?: OutputFormat
  /** False: the first frame only. */
  readonly anim?: boolean
  /** Default `copyright`. Only JPEG carries EXIF. */
  readonly exifPolicy?: ExifPolicy
  /** The radius, 1 to 250 pixels. */
  readonly blur?: number
  /** The strength, 0 to 10. */
  readonly sharpen?: number
  /** Factors; 1 changes nothing. */
  readonly brightness?: number
  readonly contrast?: number
  readonly gamma?: number
  /** A factor; 0 is greyscale. */
  readonly saturation?: number
  /** Degrees clockwise, after the flip; width and height mean the axes after it. */
  readonly rotate?: 90 | 180 | 270
  /** Mirrored across: `h` left and right change places, `v` top and bottom, `hv` both. */
  readonly flip?: 'h' | 'v' | 'hv'
  readonly trim?: Trim
  readonly border?: Border
  /** `fast`: the format that is encoded soonest, at the cost of bytes. */
  readonly compression?: 'fast'
  /** `redirect`: to the source, when it cannot be transformed. For remote sources. */
  readonly onError?: 'redirect'
}
