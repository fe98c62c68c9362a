import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { firstIdAt, newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import type { Replay, ReplaySelection } from '../domain/replay.ts'
import type { Database } from '../store/database.ts'
import { lookAhead, type ReplayScope } from '../store/replay-batch.ts'
import { endReplay, findReplay, insertReplay, listReplays } from '../store/replays.ts'

/** Which deliveries, or events without one, of an endpoint to replay. */
export type ReplayWish = {
  readonly accountId: string
  /** One that stands and is this account's. */
  readonly endpointId: string
  readonly selection: ReplaySelection
  /** Events from this instant on … */
  readonly sinceAt: number
  /** … and before this one; default now. */
  readonly untilAt?: number | undefined
}

/** What a replay would take. */
export type ReplayCount = {
  readonly takenCount: number
  readonly lookedCount: number
  /** False when there was too much to look at; then `takenCount` is the least that it would take. */
  readonly complete: boolean
}

/** Replays of many deliveries of an endpoint. */
export type Replays = {
  /**
   * Notes a replay; a worker runs it.
   * @throws AppError `replay_running` while another one of the endpoint runs, `bad_request` for a span without length.
   */
  start(wish: ReplayWish): Promise<Replay>
  /** Counts what a replay would take, looking at 100,000 at most. Changes nothing. */
  count(wish: ReplayWish): Promise<ReplayCount>
  /** The newest hundred. */
  list(endpointId: string): Promise<readonly Replay[]>
  /** @throws AppError `replay_not_found`, also for one of another account. */
  get(accountId: string, id: string): Promise<Replay>
  /** Ends one that runs: what was put back stays so. One that has ended stays as it is. */
  cancel(accountId: string, id: string): Promise<Replay>
}

const countLimit = 100_000
const countStep = 2000

export type ReplaysParts = { readonly database: Database; readonly clock: Clock; readonly random: Random }

export const createReplays = ({ database, clock, random }: ReplaysParts): Replays => {
  const plan = ({ accountId, endpointId, selection, sinceAt, untilAt }: ReplayWish): Replay => {
    const now = clock.now()
    // Ids of this very millisecond belong to it.
    const until = Math.min(untilAt ?? now + 1, now + 1)
    if (sinceAt >= until)
      throw new AppError('bad_request', 'since must lie in the past and before until.', { pointer: '/since' })
    return {
      id: newId('rpl', now, random),
      accountId,
      endpointId,
      selection,
      sinceAt,
      untilAt: until,
      state: 'running',
      cursor: firstIdAt('evt', sinceAt),
      reachedAt: sinceAt,
      lookedCount: 0,
      replayedCount: 0,
      createdAt: now,
      finishedAt: null,
    }
  }

  const get = async (accountId: string, id: string): Promise<Replay> => {
    const replay = await findReplay(database, id)
    if (!replay || replay.accountId !== accountId) throw new AppError('replay_not_found', 'No replay has this id.')
    return replay
  }

  return {
    get,
    async start(wish) {
      const replay = plan(wish)
      const outcome = await database.write(insertReplay(replay))
      if (!outcome.committed)
        throw new AppError(
          'replay_running',
          'A replay of this endpoint runs already; wait until it has finished, or cancel it.',
        )
      return replay
    },
    async count(wish) {
      let scope: ReplayScope = plan(wish)
      let [takenCount, lookedCount] = [0, 0]
      while (lookedCount < countLimit) {
        const batch = await lookAhead(database, scope, countStep)
        takenCount += batch.takenCount
        lookedCount += batch.lookedCount
        if (!batch.last || batch.lookedCount < countStep) return { takenCount, lookedCount, complete: true }
        scope = { ...scope, cursor: batch.last.eventId }
      }
      return { takenCount, lookedCount, complete: false }
    },
    list: (endpointId) => listReplays(database, endpointId),
    async cancel(accountId, id) {
      await get(accountId, id)
      await database.write([endReplay(id, 'canceled', clock.now())])
      return get(accountId, id)
    },
  }
}
