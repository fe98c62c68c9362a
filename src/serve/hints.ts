/** What a browser says of itself beside `Accept`, by the lower-case names of its headers. */
export type Hints = (header: string) => string | undefined

/** Headers that decide about `width=auto`. */
export const widthHeaders = [
  'Sec-CH-Width',
  'Width',
  'Sec-CH-Viewport-Width',
  'Viewport-Width',
  'Sec-CH-DPR',
  'DPR',
] as const

/** Headers that decide about `slow-connection-quality`. */
export const connectionHeaders = ['RTT', 'Save-Data', 'ECT', 'Downlink'] as const

/** Widths come in so many pixels at a time, so that windows of every size do not make renditions of every size. */
const widthStep = 100

const positive = (text: string | undefined): number | undefined => {
  const value = text !== undefined && /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : 0
  return value > 0 ? value : undefined
}

const stepped = (width: number): number => Math.ceil(width / widthStep) * widthStep

/**
 * The width a browser needs, in physical pixels: what it says of the image, or else its window times its pixel ratio.
 * Undefined when it says nothing: then the original size is right.
 */
export const hintedWidth = (hints: Hints): number | undefined => {
  const own = positive(hints('sec-ch-width')) ?? positive(hints('width'))
  if (own !== undefined) return stepped(own)
  const window = positive(hints('sec-ch-viewport-width')) ?? positive(hints('viewport-width'))
  const ratio = positive(hints('sec-ch-dpr')) ?? positive(hints('dpr')) ?? 1
  return window === undefined ? undefined : stepped(window * Math.min(ratio, 2))
}

/** Whether a connection is slow: over 150 ms there and back, data to be saved, 3G or less, under 5 Mbit/s (Cloudflare's bounds). */
export const isSlow = (hints: Hints): boolean =>
  (positive(hints('rtt')) ?? 0) > 150 ||
  hints('save-data') === 'on' ||
  ['slow-2g', '2g', '3g'].includes(hints('ect') ?? '') ||
  (positive(hints('downlink')) ?? Infinity) < 5
