import type { Log } from '../telemetry/log.ts'
import { retain, type RetentionParts } from './retention.ts'
import { sweep, type SweepParts } from './sweep.ts'
import { countNewUploads, deleteOldTallies } from './tallies.ts'

/** The housekeeping of a running server. */
export type Upkeep = {
  /** Each chore begins after its first delay, and then again so long after its end. */
  start(): void
  /** Starts nothing more; resolves when what runs has come to a rest. */
  stop(): Promise<void>
}

/** One thing to be done again and again. */
type Chore = {
  readonly firstMs: number
  readonly everyMs: number
  /** What is said when it failed. */
  readonly complaint: string
  readonly run: (signal: AbortSignal) => Promise<void>
}

const minuteMs = 60_000
const hourMs = 3_600_000

export type UpkeepParts = SweepParts & {
  /** How long events are kept, and the name of this process. Absent: they are not removed. */
  readonly retention?: { readonly retentionMs: number; readonly owner: string }
}

const choresOf = (parts: UpkeepParts): readonly Chore[] => [
  ...(parts.retention ? [retentionChore({ ...parts, ...parts.retention }, parts.log)] : []),
  {
    firstMs: minuteMs,
    everyMs: hourMs,
    complaint: 'The sweep failed',
    async run(signal) {
      const swept = await sweep(parts, signal)
      if (Object.values(swept).some((count) => count > 0))
        parts.log.info(swept, 'Swept what crashes had left and what has had its time')
    },
  },
  {
    firstMs: 10_000,
    everyMs: 10_000,
    complaint: 'Uploads could not be counted; it is tried again in ten seconds.',
    run: (signal) => countNewUploads(parts, signal),
  },
  {
    firstMs: 2 * minuteMs,
    everyMs: hourMs,
    complaint: 'Old statistics could not be deleted; it is tried again in an hour.',
    run: (signal) => deleteOldTallies(parts, signal),
  },
]

const retentionChore = (parts: RetentionParts, log: Log): Chore => ({
  firstMs: 3 * minuteMs,
  everyMs: 10 * minuteMs,
  complaint: 'What is older than the retention could not be removed; it is tried again in ten minutes.',
  async run(signal) {
    const eventCount = await retain(parts, signal)
    if (eventCount > 0) log.info({ eventCount }, 'Removed events older than the retention')
  },
})

/** Runs by the clock; a failure is logged and tried again the next time. */
export const createUpkeep = (parts: UpkeepParts): Upkeep => {
  const stopping = new AbortController()
  const timers = new Set<() => void>()
  const running = new Set<Promise<void>>()

  const run = async (chore: Chore): Promise<void> => {
    try {
      await chore.run(stopping.signal)
    } catch (error) {
      parts.log.error({ err: error }, chore.complaint)
    }
    if (!stopping.signal.aborted) schedule(chore, chore.everyMs)
  }
  const schedule = (chore: Chore, delayMs: number): void => {
    const cancel = parts.clock.after(delayMs, () => {
      timers.delete(cancel)
      const ran: Promise<void> = run(chore).finally(() => running.delete(ran))
      running.add(ran)
    })
    timers.add(cancel)
  }

  return {
    start() {
      for (const chore of choresOf(parts)) schedule(chore, chore.firstMs)
    },
    async stop() {
      stopping.abort()
      for (const cancel of timers) cancel()
      await Promise.all(running)
    },
  }
}
