/** Puts a body together as it comes. */
export type ByteCollector = { take(chunk: Uint8Array): void; bytes(): Uint8Array }

const firstBytes = 65_536

/**
 * Copies every piece into one growing array: a piece is a window on a buffer many times its size, and doubling copies
 * each byte about twice at most, however small the pieces are.
 */
export const createByteCollector = (): ByteCollector => {
  let held = new Uint8Array(firstBytes)
  let length = 0
  return {
    take(chunk) {
      const needed = length + chunk.length
      if (needed > held.length) {
        const grown = new Uint8Array(Math.max(held.length * 2, needed))
        grown.set(held.subarray(0, length))
        held = grown
      }
      held.set(chunk, length)
      length = needed
    },
    bytes: () => held.subarray(0, length),
  }
}
