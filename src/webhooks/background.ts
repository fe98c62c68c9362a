import type { Clock } from '../domain/clock.ts'

/** Work that goes on beside everything else and whose failures are told, not thrown. */
export type Background = {
  /** Runs a piece of work; what it rejects with is handed to `failed` with the complaint. */
  run(work: Promise<void>, complaint: string): void
  /** Calls `work` every `everyMs`, never twice at once. */
  repeat(everyMs: number, work: () => Promise<void>, complaint: string): void
  /** Starts nothing more; resolves when all that runs has ended. */
  stop(): Promise<void>
}

export const createBackground = (clock: Clock, failed: (error: unknown, complaint: string) => void): Background => {
  const running = new Set<Promise<void>>()
  const timers = new Set<() => void>()
  let stopped = false

  const run = (work: Promise<void>, complaint: string): Promise<void> => {
    const ended = work
      .catch((error: unknown) => failed(error, complaint))
      .finally(() => {
        running.delete(ended)
      })
    running.add(ended)
    return ended
  }

  return {
    run: (work, complaint) => void run(work, complaint),
    repeat(everyMs, work, complaint) {
      let busy = false
      let cancel = (): void => {}
      const arm = (): void => {
        timers.delete(cancel)
        cancel = clock.after(everyMs, next)
        timers.add(cancel)
      }
      const next = (): void => {
        if (stopped) return
        arm()
        if (busy) return
        busy = true
        void run(work(), complaint).then(() => {
          busy = false
        })
      }
      arm()
    },
    async stop() {
      stopped = true
      for (const cancel of timers) cancel()
      while (running.size > 0) await Promise.all(running)
    },
  }
}
