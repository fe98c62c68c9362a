const heights = '▁▂▃▄▅▆▇█'

/** Numbers as a row of bars, the highest the tallest; a dot where there is none. */
export const sparkline = (values: readonly number[]): string => {
  const most = Math.max(...values, 0)
  return values
    .map((value) => (value <= 0 ? '·' : (heights[Math.min(7, Math.floor((value / most) * 7.999))] ?? '')))
    .join('')
}
