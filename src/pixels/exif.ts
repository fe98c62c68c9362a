/** Who made a picture and who holds its rights: the EXIF values as they were written, without their closing zero. */
export type Rights = { artist?: Uint8Array; copyright?: Uint8Array }

/** EXIF 2.32 §4.6.4 D: tags of the first directory, both of type ASCII (2). */
const artistTag = 0x013b
const copyrightTag = 0x8298
const asciiType = 2
const entryBytes = 12
/** Longer values are no names; they are left out. */
const longestValueBytes = 8192

/** EXIF begins with this in JPEG; PNG and WebP hold the bare TIFF structure. */
const exifHeader = Buffer.from('Exif\0\0', 'latin1')

/** TIFF keeps values of up to four bytes in the entry itself, longer ones at an offset. */
const readValue = (tiff: DataView, entry: number, littleEndian: boolean): Uint8Array | undefined => {
  const size = tiff.getUint32(entry + 4, littleEndian)
  if (tiff.getUint16(entry + 2, littleEndian) !== asciiType || size > longestValueBytes) return undefined
  const start = size <= 4 ? entry + 8 : tiff.getUint32(entry + 8, littleEndian)
  if (start + size > tiff.byteLength) return undefined
  const value = new Uint8Array(tiff.buffer, tiff.byteOffset + start, size)
  let end = value.length
  while (end > 0 && value[end - 1] === 0) end -= 1
  return end === 0 ? undefined : value.slice(0, end)
}

const withoutHeader = (exif: Uint8Array): Uint8Array =>
  exifHeader.equals(exif.subarray(0, exifHeader.length)) ? exif.subarray(exifHeader.length) : exif

type DirectoryEntry = { readonly entry: number; readonly tag: number; readonly littleEndian: boolean }

/** Where the entries of a TIFF structure's first directory stand; none for a structure that makes no sense. */
function* firstDirectory(tiff: DataView): Iterable<DirectoryEntry> {
  if (tiff.byteLength < 10) return
  const littleEndian = tiff.getUint16(0) === 0x4949
  const directory = tiff.getUint32(4, littleEndian)
  if (directory + 2 > tiff.byteLength) return
  const count = tiff.getUint16(directory, littleEndian)
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * entryBytes
    if (entry + entryBytes > tiff.byteLength) return
    yield { entry, tag: tiff.getUint16(entry, littleEndian), littleEndian }
  }
}

/** The rights in an EXIF block, with or without its header. Answers nothing for a block that makes no sense. */
export const readRights = (exif: Uint8Array): Rights => {
  const bare = withoutHeader(exif)
  const tiff = new DataView(bare.buffer, bare.byteOffset, bare.length)
  const rights: Rights = {}
  for (const { entry, tag, littleEndian } of firstDirectory(tiff)) {
    if (tag !== artistTag && tag !== copyrightTag) continue
    const value = readValue(tiff, entry, littleEndian)
    if (value) rights[tag === artistTag ? 'artist' : 'copyright'] = value
  }
  return rights
}

const orientationTag = 0x0112
const shortType = 3

/** The bare TIFF structure of an EXIF block, which says that the pixels stand upright; for those that were turned already. */
export const uprightTiff = (exif: Uint8Array): Uint8Array => {
  const tiff = new DataView(Uint8Array.from(withoutHeader(exif)).buffer)
  for (const { entry, tag, littleEndian } of firstDirectory(tiff))
    if (tag === orientationTag && tiff.getUint16(entry + 2, littleEndian) === shortType)
      tiff.setUint16(entry + 8, 1, littleEndian)
  return new Uint8Array(tiff.buffer)
}

/** A big-endian TIFF structure of one directory that holds the given text values, in ascending order of tags. */
const tiffOf = (values: readonly (readonly [tag: number, value: Uint8Array])[]): Buffer => {
  const head = Buffer.alloc(8 + 2 + values.length * entryBytes + 4)
  head.write('MM\0*', 'latin1')
  head.writeUInt32BE(8, 4)
  head.writeUInt16BE(values.length, 8)
  const tail: Buffer[] = []
  let offset = head.length
  for (const [index, [tag, value]] of values.entries()) {
    const text = Buffer.concat([value, Buffer.alloc(Math.max(1, 5 - value.length))])
    const entry = 10 + index * entryBytes
    head.writeUInt16BE(tag, entry)
    head.writeUInt16BE(asciiType, entry + 2)
    head.writeUInt32BE(text.length, entry + 4)
    head.writeUInt32BE(offset, entry + 8)
    offset += text.length
    tail.push(text)
  }
  return Buffer.concat([head, ...tail])
}

/**
 * A JPEG with an EXIF block that says nothing but its rights; the same bytes when there are none. Written here, since
 * the encoder's own way turns every letter outside ASCII into another one.
 */
export const withRights = (jpeg: Uint8Array, { artist, copyright }: Rights): Uint8Array => {
  const values: [number, Uint8Array][] = []
  if (artist) values.push([artistTag, artist])
  if (copyright) values.push([copyrightTag, copyright])
  if (values.length === 0) return jpeg
  const block = Buffer.concat([exifHeader, tiffOf(values)])
  const marker = Buffer.from([0xff, 0xe1, 0, 0])
  marker.writeUInt16BE(block.length + 2, 2)
  const startOfImageBytes = 2
  return Buffer.concat([jpeg.subarray(0, startOfImageBytes), marker, block, jpeg.subarray(startOfImageBytes)])
}
