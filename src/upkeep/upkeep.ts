import { sweep, type SweepParts } from './sweep.ts'

/** The housekeeping of a running server. */
export type Upkeep = {
  /** Sweeps a minute from now, and then an hour after each sweep's end. */
  start(): void
  /** Starts nothing more; resolves when what runs has come to a rest. */
  stop(): Promise<void>
}

const firstMs = 60_000
const everyMs = 3_600_000

/** Runs by the clock; a failure is logged and tried again the next time. */
export const createUpkeep = (parts: SweepParts): Upkeep => {
  const stopping = new AbortController()
  let cancel: (() => void) | undefined
  let running = Promise.resolve()

  const run = async (): Promise<void> => {
    try {
      const swept = await sweep(parts, stopping.signal)
      if (swept.blobCount + swept.temporaryCount > 0) parts.log.info(swept, 'Swept what crashes had left')
    } catch (error) {
      parts.log.error({ err: error }, 'The sweep failed')
    }
    if (!stopping.signal.aborted) schedule(everyMs)
  }
  const schedule = (delayMs: number): void => {
    cancel = parts.clock.after(delayMs, () => {
      running = run()
    })
  }

  return {
    start: () => schedule(firstMs),
    async stop() {
      stopping.abort()
      cancel?.()
      await running
    },
  }
}
