import type { Clock } from '../domain/clock.ts'
import { sumTallies, type Tally } from '../domain/tally.ts'
import { readOldestDue, readSuspended, type SuspendedEndpoint } from '../store/attention.ts'
import type { Database } from '../store/database.ts'
import { bucketOf, hourSpanMs, minuteSpanMs, readTallies, readUploadTallies } from '../store/tallies.ts'

/** How far back statistics look. */
export const statisticsWindows = ['1h', '24h', '7d', '30d'] as const

export type StatisticsWindow = (typeof statisticsWindows)[number]

/** How a window is drawn: from the counts of which span, in how many points of how long. */
const shapes: Readonly<Record<StatisticsWindow, { spanMs: number; stepMs: number; points: number }>> = {
  '1h': { spanMs: minuteSpanMs, stepMs: minuteSpanMs, points: 60 },
  '24h': { spanMs: minuteSpanMs, stepMs: 15 * minuteSpanMs, points: 96 },
  '7d': { spanMs: hourSpanMs, stepMs: hourSpanMs, points: 168 },
  '30d': { spanMs: hourSpanMs, stepMs: 6 * hourSpanMs, points: 120 },
}

/** What happened from `at` on, for one step. */
export type StatisticsPoint = { readonly at: number; readonly tally: Tally; readonly uploadCount: number }

/** A window of time: every step of it, those in which nothing happened too, and their sum. */
export type Statistics = {
  readonly window: StatisticsWindow
  /** Where the first step begins; steps begin at multiples of their length. */
  readonly from: number
  readonly until: number
  readonly stepMs: number
  readonly totals: Omit<StatisticsPoint, 'at'>
  /** Oldest first; the last step is still going on. */
  readonly series: readonly StatisticsPoint[]
}

/** What a person should look at. */
export type Attention = {
  readonly suspended: readonly SuspendedEndpoint[]
  /** When the delivery that waits longest was due, of endpoints that are sent to; null when none is due. */
  readonly oldestDueAt: number | null
}

export type StatisticsReader = {
  /** Of one endpoint; its uploads are always 0. */
  ofEndpoint(endpointId: string, window: StatisticsWindow): Promise<Statistics>
  /** Of all endpoints of an account, removed ones too, and of its uploads, which are counted within ten seconds. */
  ofAccount(accountId: string, window: StatisticsWindow): Promise<Statistics>
  attention(accountId: string): Promise<Attention>
}

export const createStatisticsReader = ({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): StatisticsReader => {
  const read = async (subjectId: string, window: StatisticsWindow, withUploads: boolean): Promise<Statistics> => {
    const { spanMs, stepMs, points } = shapes[window]
    const until = clock.now()
    const from = bucketOf(until, stepMs) - (points - 1) * stepMs
    const [tallies, uploads] = await Promise.all([
      readTallies(database, subjectId, spanMs, from),
      withUploads ? readUploadTallies(database, subjectId, spanMs, from) : [],
    ])
    const steps = Array.from({ length: points }, () => ({ tallies: [] as Tally[], uploadCount: 0 }))
    for (const { bucketAt, tally } of tallies) steps[Math.floor((bucketAt - from) / stepMs)]?.tallies.push(tally)
    for (const { bucketAt, imageCount } of uploads) {
      const step = steps[Math.floor((bucketAt - from) / stepMs)]
      if (step) step.uploadCount += imageCount
    }
    const series = steps.map((step, index) => ({
      at: from + index * stepMs,
      tally: sumTallies(step.tallies),
      uploadCount: step.uploadCount,
    }))
    const totals = {
      tally: sumTallies(series.map(({ tally }) => tally)),
      uploadCount: series.reduce((sum, { uploadCount }) => sum + uploadCount, 0),
    }
    return { window, from, until, stepMs, totals, series }
  }

  return {
    ofEndpoint: (endpointId, window) => read(endpointId, window, false),
    ofAccount: (accountId, window) => read(accountId, window, true),
    async attention(accountId) {
      const [suspended, oldestDueAt] = await Promise.all([
        readSuspended(database, accountId),
        readOldestDue(database, clock.now(), accountId),
      ])
      return { suspended, oldestDueAt }
    },
  }
}
