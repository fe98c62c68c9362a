import { systemClock } from '../src/domain/clock.ts'
import { newId } from '../src/domain/id.ts'
import { systemRandom } from '../src/domain/random.ts'
import type { Database } from '../src/store/database.ts'
import { readPending } from '../src/store/deliveries.ts'
import { percentile } from './figures.ts'

/** Fills `count` due deliveries into one lane by the database's own means. */
const fillLane = async (database: Database, laneId: string, count: number): Promise<void> => {
  const step = 50_000
  for (let done = 0; done < count; done += step)
    await database.write([
      {
        sql: `insert into delivery (event_id, endpoint_id, account_id, lane_id, tier, state, reason, due_at, give_up_at, step,
                attempt_count, revision, created_at, finished_at)
              with recursive counted (n) as (select 1 union all select n + 1 from counted where n < cast($1 as integer))
              select 'evt_' || cast($2 as text) || '_' || cast(n as text), 'webhook_dead', 'account', $3, 1, 'pending', null,
                cast($4 as bigint) - n, $5, 3, 4, 5, $4, null
              from counted`,
        parameters: [step, String(done), laneId, systemClock.now(), systemClock.now() + 86_400_000],
      },
    ])
}

/** How long a read of another lane takes, in milliseconds, while `count` deliveries wait for one that is dead. */
export const measureRefill = async (
  database: Database,
  count: number,
): Promise<{ readonly p50Ms: number; readonly p99Ms: number }> => {
  await fillLane(database, newId('lane', systemClock.now(), systemRandom), count)
  const other = newId('lane', systemClock.now(), systemRandom)
  const times: number[] = []
  for (let reads = 0; reads < 500; reads++) {
    const start = performance.now()
    for (const tier of [0, 1, 2] as const) await readPending(database, other, tier, { dueFrom: 0, limit: 256 })
    times.push(performance.now() - start)
  }
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) }
}
