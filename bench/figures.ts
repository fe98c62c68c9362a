/** The value below which the given share of the values lies; 0 for none. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** The middle of the values. */
export const median = (values: readonly number[]): number => percentile(values, 0.5)
