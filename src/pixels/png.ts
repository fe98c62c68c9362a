import { crc32, deflateSync } from 'node:zlib'

/** Pixels of 8 bits in the order red, green, blue, opacity. */
export type Pixels = {
  readonly pixels: Uint8ClampedArray
  readonly width: number
  readonly height: number
}

/** What stands beside the pixels: a colour profile, and EXIF as the bare TIFF structure. */
export type PngExtras = { readonly icc?: Uint8Array | undefined; readonly exif?: Uint8Array | undefined }

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** ISO/IEC 15948 §5.3. */
const chunk = (type: string, data: Uint8Array): readonly Uint8Array[] => {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length)
  head.write(type, 4, 'latin1')
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))))
  return [head, data, tail]
}

const isOpaque = (pixels: Uint8ClampedArray): boolean => {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 255) return false
  return true
}

/** Each row led by its filter, 0 for none; opacity is left out where there is none. */
const rowsOf = ({ pixels, width, height }: Pixels, opaque: boolean): Uint8Array => {
  const channels = opaque ? 3 : 4
  const rows = new Uint8Array(height * (1 + width * channels))
  let at = 0
  for (let from = 0; from < pixels.length; from += 4) {
    if (from % (width * 4) === 0) at += 1
    rows[at++] = pixels[from] ?? 0
    rows[at++] = pixels[from + 1] ?? 0
    rows[at++] = pixels[from + 2] ?? 0
    if (!opaque) rows[at++] = pixels[from + 3] ?? 0
  }
  return rows
}

/** A PNG made for speed and not for size: nothing in it is compressed but the profile. */
export const writePng = (picture: Pixels, { icc, exif }: PngExtras = {}): Uint8Array<ArrayBuffer> => {
  const opaque = isOpaque(picture.pixels)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(picture.width)
  header.writeUInt32BE(picture.height, 4)
  header.set([8, opaque ? 2 : 6], 8)
  const parts = [
    signature,
    ...chunk('IHDR', header),
    ...(icc ? chunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(icc)])) : []),
    ...(exif ? chunk('eXIf', exif) : []),
    ...chunk('IDAT', deflateSync(rowsOf(picture, opaque), { level: 0 })),
    ...chunk('IEND', new Uint8Array()),
  ]
  const png = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    png.set(part, at)
    at += part.length
  }
  return png
}
