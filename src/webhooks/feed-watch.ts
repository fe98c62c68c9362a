import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Database } from '../store/database.ts'
import { readFeedBounds } from '../store/feed-reader.ts'
import type { Log } from '../telemetry/log.ts'

/** Who follows the feed of an account. */
export type FeedFollower = {
  /**
   * Resolves when the feed may have grown since the last time this did, after `patienceMs`, or when the signal is
   * aborted, whichever comes first.
   */
  grown(patienceMs: number, signal: AbortSignal): Promise<void>
  /** Ends it; doing so again changes nothing. */
  close(): void
}

export type FeedWatch = {
  /** @throws AppError `too_many_requests` when the account has as many followers here as it may. */
  follow(accountId: string): FeedFollower
}

/** Followers of one account at one process; each is an open connection. */
export const followersPerAccount = 16
/** How often the feed is looked at whatever notices say: they may be lost. */
const lookEveryMs = 1000

type Ear = { grown: boolean; wake: () => void }

/** Wakes followers: at once by notices, within a second by looking. Costs nothing while nobody follows. */
export const createFeedWatch = (
  database: Pick<Database, 'read' | 'listen'>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): FeedWatch => {
  const ears = new Map<string, Set<Ear>>()
  let stop = (): void => {}
  let known = 0

  const tell = (accountIds: Iterable<string>): void => {
    for (const accountId of accountIds)
      for (const ear of ears.get(accountId) ?? []) {
        ear.grown = true
        ear.wake()
      }
  }

  const look = async (): Promise<void> => {
    try {
      const { last } = await readFeedBounds(database)
      if (last !== known) tell(ears.keys())
      known = last
    } catch (err) {
      log.debug({ err }, 'The feed could not be looked at; it is tried again within a second')
    }
  }

  const start = (): (() => void) => {
    let going = true
    let cancel = (): void => {}
    const next = (): void => {
      cancel = clock.after(lookEveryMs, () => void look().finally(() => going && next()))
    }
    const stopListening = database.listen(({ topic, ids }) => {
      if (topic === 'feed') tell(ids)
    })
    next()
    return () => {
      going = false
      cancel()
      stopListening()
    }
  }

  return {
    follow(accountId) {
      const others = ears.get(accountId)
      if (others && others.size >= followersPerAccount)
        throw new AppError(
          'too_many_requests',
          `This account has ${followersPerAccount} streams of its events open at this server; close one first.`,
        )
      if (ears.size === 0) stop = start()
      const ear: Ear = { grown: false, wake: () => {} }
      ears.set(accountId, (others ?? new Set()).add(ear))
      return {
        grown: (patienceMs, signal) =>
          new Promise((resolve) => {
            const done = (): void => {
              cancel()
              signal.removeEventListener('abort', done)
              ear.wake = () => {}
              ear.grown = false
              resolve()
            }
            const cancel = clock.after(patienceMs, done)
            signal.addEventListener('abort', done)
            ear.wake = done
            if (ear.grown || signal.aborted) done()
          }),
        close() {
          const present = ears.get(accountId)
          if (!present?.delete(ear)) return
          ear.wake()
          if (present.size === 0) ears.delete(accountId)
          if (ears.size === 0) stop()
        },
      }
    },
  }
}
