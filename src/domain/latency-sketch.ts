/**
 * A sketch of how durations are spread: a histogram whose bins grow by a constant factor, as in DDSketch (Masson, Rim
 * and Lee, VLDB 2019). Sketches merge by adding counts, and a quantile read from one is off by 5 % of the true value at
 * most, between a tenth of a millisecond and ten minutes; what is shorter or longer counts as that.
 */

const growth = 1.1
const shortestMs = 0.1
const longestMs = 600_000

/** Bins are numbered from 0 to this: so many an attempt's durations can take at most. */
export const lastBin: number = Math.ceil(Math.log(longestMs / shortestMs) / Math.log(growth))

/** Bin number → how many durations fell into it. */
export type LatencySketch = Readonly<Record<number, number>>

/** The bin of a duration in milliseconds. */
export const latencyBin = (durationMs: number): number =>
  Math.min(lastBin, Math.max(0, Math.ceil(Math.log(durationMs / shortestMs) / Math.log(growth))))

/** The duration whose relative distance to both ends of the bin is the same. */
const binMs = (bin: number): number => (2 * shortestMs * growth ** bin) / (growth + 1)

/**
 * The duration in milliseconds that the given share (0 to 1) of all stay within, by nearest rank; null when the sketch is
 * empty.
 */
export const latencyQuantile = (sketch: LatencySketch, share: number): number | null => {
  const bins = Object.entries(sketch).map(([bin, count]) => ({ bin: Number(bin), count }))
  bins.sort((left, right) => left.bin - right.bin)
  const total = bins.reduce((sum, { count }) => sum + count, 0)
  let before = 0
  for (const { bin, count } of bins) {
    before += count
    if (before >= Math.max(1, Math.ceil(share * total))) return binMs(bin)
  }
  return null
}
