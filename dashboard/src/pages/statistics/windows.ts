/** The times that statistics are kept for. */
export const windows = [
  ['1h', 'Hour'],
  ['24h', 'Day'],
  ['7d', 'Week'],
  ['30d', 'Month'],
] as const

export type StatisticsWindow = (typeof windows)[number][0]

/** The time as it stands in a sentence. */
export const windowWords: Readonly<Record<StatisticsWindow, string>> = {
  '1h': 'in the last hour',
  '24h': 'in the last day',
  '7d': 'in the last week',
  '30d': 'in the last month',
}
