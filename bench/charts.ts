const steps = '▁▂▃▄▅▆▇█'

/** A curve of one line: each column the mean of what falls into it, from 0 (or `lowest`) to the highest value. */
export const sparkline = (values: readonly number[], width = 60, lowest = 0): string => {
  const columns = Math.min(width, values.length)
  const means = Array.from({ length: columns }, (_, column) => {
    const part = values.slice(
      Math.floor((column * values.length) / columns),
      Math.floor(((column + 1) * values.length) / columns),
    )
    return part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length)
  })
  const highest = Math.max(...means, lowest + 1e-9)
  return means
    .map((mean) => steps[Math.min(7, Math.max(0, Math.floor(((mean - lowest) / (highest - lowest)) * 8)))] ?? ' ')
    .join('')
}
