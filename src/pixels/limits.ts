/** What an image may cost. Pixels are counted as stored, before any resizing. */
export type PixelLimits = {
  /** Bytes of one file that is read into memory. */
  readonly fileBytes: number
  /** Pixels of a still, or of all frames of an animation together. */
  readonly areaPixels: number
  /** Pixels of all frames of an animation together, beyond which it is answered as it is. */
  readonly movingAreaPixels: number
  /** Pixels of an AVIF. Its decoder holds about 19 bytes for each pixel at once, five times more than any other. */
  readonly avifAreaPixels: number
  /** Pixels of a HEIC. Decoding holds about 18 bytes for each of them; this lets phones of 48 megapixels in. */
  readonly heicAreaPixels: number
  /** Bytes that the decoder of HEIC may hold; it takes about 9 for each pixel. What comes out of it is held beside that. */
  readonly heicMemoryBytes: number
  /** Pixels of one side. WebP is exempt: its format ends at 16,383. */
  readonly sidePixels: number
  /** Bytes of an SVG: it is checked in one pass on the main thread, up to 25 ms for a million bytes. */
  readonly svgBytes: number
  /** Seconds after which decoding or encoding one image is given up. */
  readonly workSeconds: number
}

/** 20 MB a file, 100 megapixels (AVIF 25, HEIC 50), 12,000 pixels a side, 2 MB for an SVG, 30 s of work. */
export const defaultLimits: PixelLimits = {
  fileBytes: 20_000_000,
  areaPixels: 100_000_000,
  movingAreaPixels: 50_000_000,
  avifAreaPixels: 25_000_000,
  heicAreaPixels: 50_000_000,
  heicMemoryBytes: 768 * 1024 * 1024,
  sidePixels: 12_000,
  svgBytes: 2_000_000,
  workSeconds: 30,
}
