import { availableParallelism } from 'node:os'
import { AppError } from '../domain/errors.ts'

/** Lets a bounded number of pieces of work run at once and a bounded number wait, first come first served. */
export type RenderQueue = {
  /**
   * Runs `work` as soon as a worker is free and answers its outcome.
   * @throws AppError `unavailable` at once when the waiting room is full; the signal's reason when the caller gives up
   * before the work has begun (work that runs is not interrupted).
   */
  run<Outcome>(work: () => Promise<Outcome>, signal?: AbortSignal): Promise<Outcome>
  /** Pieces of work that run now. */
  runningCount(): number
  /** Pieces of work that wait. */
  waitingCount(): number
}

/**
 * `workers` defaults to the machine's cores: one image keeps one core busy, and more of them at once only cost memory.
 * `maxWaiting` defaults to 64.
 */
export const createRenderQueue = ({
  workers = availableParallelism(),
  maxWaiting = 64,
}: { workers?: number; maxWaiting?: number } = {}): RenderQueue => {
  const waiting = new Set<() => void>()
  let runningCount = 0

  const enter = (signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted()
    if (runningCount < workers) {
      runningCount += 1
      return Promise.resolve()
    }
    if (waiting.size >= maxWaiting)
      throw new AppError('unavailable', 'The server has too many images in work; try again in a moment.')
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        waiting.delete(admit)
        reject(signal?.reason)
      }
      const admit = (): void => {
        waiting.delete(admit)
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      waiting.add(admit)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** Hands the place to the one who waits longest, so that no newcomer can slip in between. */
  const leave = (): void => {
    const [next] = waiting
    if (next) next()
    else runningCount -= 1
  }

  return {
    async run(work, signal) {
      await enter(signal)
      try {
        return await work()
      } finally {
        leave()
      }
    },
    runningCount: () => runningCount,
    waitingCount: () => waiting.size,
  }
}
