import { randomBytes } from 'node:crypto'

/** Randomness, handed in, so that a test can know what comes. */
export type Random = {
  /** `count` bytes, unguessable. */
  bytes(count: number): Uint8Array
  /** A number from 0 (included) to 1 (excluded), for jitter; not for secrets. */
  fraction(): number
}

/** The machine's randomness. */
export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  fraction: () => Math.random(),
}
