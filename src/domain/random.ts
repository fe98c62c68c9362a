import { randomBytes } from 'node:crypto'

/** Randomness, handed in, so that a test can know what comes. */
export type Random = {
  /** `count` bytes, unguessable. */
  bytes(count: number): Uint8Array
  /** A number from 0 (included) to 1 (excluded), for jitter; not for secrets. */
  fraction(): number
}

/** Bytes fetched at once: asking the system for ten costs as much as for thousands. */
const poolBytes = 8192

const pooledBytes = (): Random['bytes'] => {
  let pool: Uint8Array = new Uint8Array()
  let used = 0
  return (count) => {
    if (count > poolBytes) return randomBytes(count)
    if (used + count > pool.length) {
      pool = randomBytes(poolBytes)
      used = 0
    }
    // A copy: `slice` of a Buffer would share the pool's memory.
    const taken = Uint8Array.from(pool.subarray(used, used + count))
    // What was handed out must not be found in memory beside what comes next.
    pool.fill(0, used, used + count)
    used += count
    return taken
  }
}

/** The machine's randomness. */
export const systemRandom: Random = { bytes: pooledBytes(), fraction: () => Math.random() }
