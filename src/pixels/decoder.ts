import { open } from 'node:fs/promises'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { AppError } from '../domain/errors.ts'
import type { PixelLimits } from './limits.ts'

/** Where an image's bytes are: a local file, or memory. */
export type ImageSource = { path: string } | { bytes: Uint8Array }

// One thread for each image and a queue of images use the cores better than many threads for one image; and a cache
// of decoded pixels would hold memory for images that are rarely asked for twice.
sharp.concurrency(1)
sharp.cache(false)
// Only the decoders of the accepted formats can be reached, whatever a file pretends to be.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
})

/**
 * The bytes of a source, in memory.
 * @throws AppError `image_too_large` when they are more than the limit; the file system's own error for a path that
 * cannot be read.
 */
export const loadBytes = async (source: ImageSource, limits: PixelLimits): Promise<Uint8Array> => {
  const checkSize = (sizeBytes: number): void => {
    if (sizeBytes <= limits.fileBytes) return
    const message = `The file is over ${limits.fileBytes} bytes; send a smaller image.`
    throw new AppError('image_too_large', message, { pointer: 'file' })
  }
  if ('bytes' in source) {
    checkSize(source.bytes.length)
    return source.bytes
  }
  const file = await open(source.path)
  try {
    checkSize((await file.stat()).size)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** How a file is opened for decoding. */
export type DecodeOptions = {
  /** Frames to read. */
  frames: 'first' | 'all'
  /** `error` refuses damage of every kind; `truncated` only files that end early. */
  failOn: 'error' | 'truncated'
  /** Leave the colours as they are: cheaper where nobody looks at them. */
  ignoreProfile?: boolean
}

/** Opens bytes as a picture. Nothing is decoded before the result is asked for. */
export const decode = (bytes: Uint8Array, limits: PixelLimits, options: DecodeOptions): Sharp =>
  sharp(bytes, {
    pages: options.frames === 'all' ? -1 : 1,
    failOn: options.failOn,
    limitInputPixels: limits.areaPixels,
    ignoreIcc: options.ignoreProfile ?? false,
  }).timeout({ seconds: limits.workSeconds })

/** What is told of decoded pixels. */
export type RawInfo = { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 }

/** Opens pixels that were decoded before: frames of `pageHeight` below each other, or one picture. */
export const decodeRaw = (pixels: Uint8Array, { width, height, channels }: RawInfo, pageHeight?: number): Sharp =>
  sharp(pixels, {
    raw: { width, height, channels, ...(pageHeight === undefined ? {} : { pageHeight }) },
    limitInputPixels: false,
  })

/** A file's header: decodes no pixel, so that a declared size can be judged first. */
export const readHeader = (bytes: Uint8Array, frames: DecodeOptions['frames']): Promise<Metadata> =>
  sharp(bytes, { pages: frames === 'all' ? -1 : 1, failOn: 'error', limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw translate(error)
    })

/**
 * A failure of the decoder in our words: `image_area_too_large` for sizes it refuses, `image_undecodable` for a broken
 * or endless file. What is no complaint about the image passes unchanged.
 */
export const translate = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof AppError) return error
  const options = { pointer: 'file', cause: error }
  if (/pixel limit|too large/i.test(error.message))
    return new AppError('image_area_too_large', 'The image has too many pixels; send a smaller one.', options)
  if (error.message.startsWith('timeout'))
    return new AppError('image_undecodable', 'The image takes too long to decode; export it again, plainly.', options)
  return new AppError('image_undecodable', 'The image is broken or cut off; export it again and upload it.', options)
}
