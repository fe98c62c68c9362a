import type { Clock } from '../domain/clock.ts'
import type { Log } from '../telemetry/log.ts'
import type { Database } from './database.ts'
import { accountsOfFeed, hasUnsequenced, lanesOfFeed, sequenceCommitted } from './feed.ts'

/** Between two turns at most this often, so that a busy server numbers many events at once. */
const restMs = 5
/** Finds what a process that died could not number, and what another one's turn was too early for. */
const roundMs = 1000

export type FeedSequencer = {
  /** Says that events were committed. */
  wake(): void
  start(): void
  /** Resolves when what is under way is over. */
  stop(): Promise<void>
}

/** Gives committed events their positions in the feed. Any number of processes may run one: one at a time has its turn. */
export const createFeedSequencer = ({
  clock,
  log,
  ...database
}: Pick<Database, 'read' | 'write' | 'notify'> & { readonly clock: Clock; readonly log: Log }): FeedSequencer => {
  let turn: Promise<void> | undefined
  let looking: Promise<void> | undefined
  let wanted = false
  let started = false
  let resting = false
  let cancelRest = (): void => {}
  let cancelRound = (): void => {}

  const tell = (topic: 'feed' | 'lane', ids: readonly string[]): void => {
    if (ids.length > 0) database.notify({ topic, ids })
  }

  const run = (): void => {
    if (!started || !wanted || turn || resting) return
    wanted = false
    turn = database
      .write(sequenceCommitted)
      .then(
        (outcome) => {
          // Another process has the turn, and may have begun it before our events were committed.
          if (!outcome.committed) {
            wanted = true
            return
          }
          tell('feed', accountsOfFeed(outcome.rows))
          tell('lane', lanesOfFeed(outcome.rows))
        },
        (error: unknown) =>
          log.debug({ err: error }, 'The feed could not be numbered; it is tried again within a second'),
      )
      .finally(() => {
        turn = undefined
        resting = true
        cancelRest = clock.after(restMs, () => {
          resting = false
          run()
        })
      })
  }

  const wake = (): void => {
    wanted = true
    run()
  }

  const look = async (): Promise<void> => {
    try {
      if (await hasUnsequenced(database)) wake()
    } catch (error) {
      log.debug({ err: error }, 'The feed could not be looked at; it is tried again within a second')
    }
    if (started) cancelRound = clock.after(roundMs, round)
  }

  const round = (): void => {
    looking = look()
  }

  return {
    wake,
    start() {
      if (started) return
      started = true
      round()
    },
    async stop() {
      started = false
      cancelRound()
      await looking
      await turn
      cancelRest()
    },
  }
}
