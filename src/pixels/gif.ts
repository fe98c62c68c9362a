/** The blocks of a GIF (GIF89a specification, appendix A). */
const trailer = 0x3b
const extension = 0x21
const imageDescriptor = 0x2c

/** The bytes of a colour table announced by a packed field, 0 when there is none. */
const colourTableBytes = (packed: number): number => ((packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 7) + 1))

/** The place behind a chain of data sub-blocks, each led by its length and the last one empty; undefined past the end. */
const behindSubBlocks = (bytes: Uint8Array, from: number): number | undefined => {
  let at = from
  for (let size = bytes[at]; size !== undefined; size = bytes[at]) {
    at += 1 + size
    if (size === 0) return at
  }
  return undefined
}

/**
 * True when a GIF's blocks run without a break to its trailer and hold an image. Decoders show what they have of a GIF
 * that was cut off and say nothing, so the cut is found here, without decoding. Bytes behind the trailer are ignored,
 * as are stray zeros between blocks, which some encoders write.
 */
export const isWholeGif = (bytes: Uint8Array): boolean => {
  let at: number | undefined = 13 + colourTableBytes(bytes[10] ?? 0)
  let imageCount = 0
  while (at !== undefined) {
    const block: number | undefined = bytes[at]
    if (block === trailer) return imageCount > 0
    if (block === 0) at += 1
    else if (block === extension) at = behindSubBlocks(bytes, at + 2)
    else if (block === imageDescriptor) {
      imageCount += 1
      at = behindSubBlocks(bytes, at + 11 + colourTableBytes(bytes[at + 9] ?? 0))
    } else return false
  }
  return false
}
