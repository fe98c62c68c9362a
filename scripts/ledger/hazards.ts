import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Books } from './books.ts'
import type { ClusterGround, SqliteGround } from './ground.ts'

/** Milliseconds from and to, between which each wait is drawn. */
type Range = readonly [number, number]

const drawn = ([from, to]: Range): number => randomInt(from, to)

/** Does something again and again with pauses between, until there is no time left for one more. */
const repeat = async (until: number, every: Range, work: () => Promise<void>): Promise<void> => {
  for (let waitMs = drawn(every); performance.now() + waitMs < until; waitMs = drawn(every)) {
    await sleep(waitMs)
    await work()
  }
}

/** Between a death and the next start. */
const deadMs: Range = [300, 1500]
/** How long PostgreSQL is away. */
const awayMs: Range = [300, 2000]

/** Kills the one process every few seconds until the instant of `performance.now()`. */
export const meetSqliteHazards = ({ server }: SqliteGround, books: Books, until: number): Promise<void> =>
  repeat(until, [2500, 5000], async () => {
    const at = Date.now()
    await server.killAndRevive(async () => {
      await books.note('kill', at)
      await sleep(drawn(deadMs))
    })
  })

/**
 * Until that instant: one worker is killed every few seconds, another stands still for longer than its lease, and
 * PostgreSQL is restarted, in order and as by a power cut in turn. Each comes when it likes, also during another.
 */
export const meetClusterHazards = async (
  { workers: [mortal, sleepy], postgres }: ClusterGround,
  books: Books,
  until: number,
  leaseMs: number,
): Promise<void> => {
  const kill = async (): Promise<void> => {
    const at = Date.now()
    await mortal.killAndRevive(async () => {
      await books.note('kill', at)
      await sleep(drawn(deadMs))
    })
  }
  const pause = async (): Promise<void> => {
    const at = Date.now()
    await sleepy.pauseWhile(async () => {
      await books.note('pause', at)
      await sleep(drawn([1.2 * leaseMs, 2.5 * leaseMs]))
    })
  }
  const restart = async (): Promise<void> => {
    const at = Date.now()
    await (books.hazards.restart % 2 === 0 ? postgres.halt() : postgres.kill())
    await sleep(drawn(awayMs))
    await postgres.resume()
    await books.note('restart', at)
  }
  await Promise.all([
    repeat(until, [4000, 7000], kill),
    repeat(until, [2 * leaseMs, 3 * leaseMs], pause),
    repeat(until, [15_000, 25_000], restart),
  ])
}
