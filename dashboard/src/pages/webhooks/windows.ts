/** The times that statistics are kept for. */
export const windows = [
  ['1h', 'Hour'],
  ['24h', 'Day'],
  ['7d', 'Week'],
  ['30d', 'Month'],
] as const

export type StatisticsWindow = (typeof windows)[number][0]
