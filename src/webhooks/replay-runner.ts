import type { Clock } from '../domain/clock.ts'
import type { Replay } from '../domain/replay.ts'
import type { Database } from '../store/database.ts'
import { findEndpoint, findLaneId } from '../store/endpoints.ts'
import { writeAndTell } from '../store/events.ts'
import { countWaitingReplays, lookAhead, takeBatch } from '../store/replay-batch.ts'
import { advanceReplay, claimReplays, endReplay, hasReplayToRun, releaseReplays } from '../store/replays.ts'
import type { Log } from '../telemetry/log.ts'
import { createBackground } from './background.ts'

export type ReplayRunnerParts = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Names this process in the leases; unique among all that share the database. */
  readonly owner: string
  /** How long a replayed delivery is tried. */
  readonly giveUpAfterMs: number
  /** Rows that one batch looks at. Default 500. */
  readonly batchSize?: number
  /** While so many replayed deliveries wait in its lane, a replay waits too. Default 1000. */
  readonly backlogLimit?: number
}

/** Runs replays bit by bit, beside the deliveries: each is one worker's at a time, and goes on where another stopped. */
export type ReplayRunner = {
  start(): void
  /** Starts nothing more, and lets others go on at once. */
  stop(): Promise<void>
}

const turnMs = 1000
/** A worker that is silent for so long has lost its replays. Batches are fenced besides, so a late one does no harm. */
const leaseMs = 30_000
/** Replays of one worker at a time, and batches of one of them before the next has its turn. */
const replaysPerTurn = 20
const batchesPerTurn = 20

export const createReplayRunner = (parts: ReplayRunnerParts): ReplayRunner => {
  const { database, clock, log, owner, giveUpAfterMs, batchSize = 500, backlogLimit = 1000 } = parts
  const background = createBackground(clock, (err, complaint) => log.error({ err }, complaint))
  // Nobody else can have run it where no other process can open the database.
  const lease = database.exclusive ? 0 : leaseMs
  let stopping = false

  const end = async (replay: Replay, state: 'finished' | 'canceled'): Promise<undefined> => {
    await database.write([endReplay(replay.id, state, clock.now())])
    log.info(
      { replayId: replay.id, endpointId: replay.endpointId, replayedCount: replay.replayedCount },
      state === 'finished' ? 'A replay has finished' : 'A replay ended because its endpoint was removed',
    )
  }

  /** One batch; answers the replay as it then stands, undefined when it has ended, waits, or is no longer ours. */
  const step = async (replay: Replay): Promise<Replay | undefined> => {
    const [endpoint, laneId] = [
      await findEndpoint(database, replay.endpointId),
      await findLaneId(database, replay.endpointId),
    ]
    if (!endpoint || laneId === undefined) return end(replay, 'canceled')
    if ((await countWaitingReplays(database, laneId, backlogLimit)) >= backlogLimit) return undefined
    const batch = await lookAhead(database, replay, batchSize)
    if (!batch.last) return end(replay, 'finished')
    const now = clock.now()
    const after: Replay = {
      ...replay,
      cursor: batch.last.eventId,
      reachedAt: Math.max(batch.last.at, replay.reachedAt),
      lookedCount: replay.lookedCount + batch.lookedCount,
      replayedCount: replay.replayedCount + batch.takenCount,
    }
    const outcome = await writeAndTell(database, [
      advanceReplay(replay, after, owner),
      ...(batch.takenCount > 0 ? [takeBatch(replay, batch, now, now + giveUpAfterMs)] : []),
    ])
    return outcome.committed ? after : undefined
  }

  const turn = async (): Promise<void> => {
    if (!(await hasReplayToRun(database, owner))) return
    for (const claimed of await claimReplays(database, owner, lease, replaysPerTurn)) {
      let replay: Replay | undefined = claimed
      for (let batches = 0; replay && batches < batchesPerTurn && !stopping; batches++) replay = await step(replay)
    }
  }

  return {
    start: () => background.repeat(turnMs, turn, 'Replays could not go on; it is tried again within a second.'),
    async stop() {
      stopping = true
      await background.stop()
      await database.write([releaseReplays(owner)])
    },
  }
}
