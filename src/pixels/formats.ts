import { rootName } from './xml.ts'

/** The formats that are accepted and kept. SVG is served as it came; the others can be rendered. */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'heic' | 'svg'

/** The formats that pictures can be rendered to. HEIC only comes in: no browser but one shows it. */
export type RasterFormat = Exclude<ImageFormat, 'svg' | 'heic'>

/** The media type of each format, as `content-type` names it. */
export const mimeTypes: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
  svg: 'image/svg+xml',
}

/** True for the formats that can hold several frames, read and written. */
export const canMove = (format: ImageFormat): boolean => format === 'gif' || format === 'webp'

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end))

const startsWith = (bytes: Uint8Array, ...leading: number[]): boolean =>
  leading.every((value, index) => bytes[index] === value)

/** More brands than any encoder writes; a longer list is not read to its end. */
const longestBrandList = 256

/** The brands of an ISO base media file (ISO/IEC 14496-12 §4.3), the major one first; empty for any other file. */
const brands = (bytes: Uint8Array): string[] => {
  if (ascii(bytes, 4, 8) !== 'ftyp') return []
  const boxBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const end = Math.min(boxBytes, longestBrandList, bytes.length)
  const found = [ascii(bytes, 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) found.push(ascii(bytes, at, at + 4))
  return found
}

const avifBrands = new Set(['avif', 'avis'])
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1'])

/** AVIF and HEIC share a container and a neutral brand (`mif1`): the first brand that names a codec decides. */
const containerFormat = (bytes: Uint8Array): 'avif' | 'heic' | undefined => {
  const named = brands(bytes)
  const telling = named.filter((brand) => brand !== 'mif1' && brand !== 'msf1')
  for (const brand of telling.length > 0 ? telling : named) {
    if (avifBrands.has(brand)) return 'avif'
    if (heicBrands.has(brand)) return 'heic'
  }
  return undefined
}

/** The accepted format of a file by its own bytes, never by its name or declared type; undefined for all others. */
export const sniff = (bytes: Uint8Array): ImageFormat | undefined => {
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'jpeg'
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'gif'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'webp'
  const contained = containerFormat(bytes)
  if (contained) return contained
  if (rootName(bytes) === 'svg') return 'svg'
  return undefined
}

/** What a refused file is, in words for its sender: `TIFF`, `PDF` …; undefined when we cannot tell. */
export const foreignFormat = (bytes: Uint8Array): string | undefined => {
  if (startsWith(bytes, 0x49, 0x49, 0x2a, 0) || startsWith(bytes, 0x4d, 0x4d, 0, 0x2a)) return 'TIFF'
  if (startsWith(bytes, 0xff, 0x0a) || ascii(bytes, 4, 8) === 'JXL ') return 'JPEG XL'
  if (ascii(bytes, 4, 8) === 'jP  ') return 'JPEG 2000'
  if (startsWith(bytes, 0, 0, 1, 0)) return 'ICO'
  if (startsWith(bytes, 0x1f, 0x8b)) return 'gzip'
  if (ascii(bytes, 0, 5) === '%PDF-') return 'PDF'
  if (ascii(bytes, 0, 4) === '8BPS') return 'PSD'
  if (ascii(bytes, 0, 2) === 'BM') return 'BMP'
  const root = rootName(bytes)
  if (root !== undefined) return root === 'html' ? 'HTML' : 'XML'
  return undefined
}
