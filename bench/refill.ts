import { systemClock } from '../src/domain/clock.ts'
import { newId } from '../src/domain/id.ts'
import { systemRandom } from '../src/domain/random.ts'
import type { Database } from '../src/store/database.ts'
import { readPending } from '../src/store/deliveries.ts'
import { benchAccount, makeEvents } from './backlog.ts'
import { percentile } from './figures.ts'

const step = 50_000

const counted =
  'with recursive counted (n) as (select 1 union all select n + 1 from counted where n < cast($1 as integer))'

/** Makes `count` events with a due retry each in one lane, by the database's own means. */
export const fillLane = async (
  database: Database,
  lane: { readonly id: string; readonly endpointId: string },
  count: number,
): Promise<void> => {
  const body = makeEvents(1)[0]?.body ?? new Uint8Array()
  const now = systemClock.now()
  for (let done = 0; done < count; done += step)
    await database.write([
      {
        sql: `insert into event (id, account_id, type, image_id, created_at, is_test, body)
              ${counted} select 'evt_' || cast($2 as text) || 'x' || cast(n as text), $3, 'image.uploaded',
                cast($2 as text) || cast(n as text), cast($4 as bigint) - n, 0, $5 from counted`,
        parameters: [step, String(done), benchAccount.accountId, now, body],
      },
      {
        sql: `insert into delivery (event_id, endpoint_id, account_id, lane_id, tier, state, reason, due_at, give_up_at, step,
                attempt_count, revision, created_at, finished_at)
              ${counted} select 'evt_' || cast($2 as text) || 'x' || cast(n as text), $3, $4, $5, 1, 'pending', null,
                cast($6 as bigint) - n, $7, 3, 4, 5, $6, null from counted`,
        parameters: [step, String(done), lane.endpointId, benchAccount.accountId, lane.id, now, now + 86_400_000],
      },
    ])
}

/** How long a read of a lane takes, in milliseconds, whatever waits in others. */
export const measureRefill = async (
  database: Database,
): Promise<{ readonly p50Ms: number; readonly p99Ms: number }> => {
  const other = newId('lane', systemClock.now(), systemRandom)
  const times: number[] = []
  for (let reads = 0; reads < 500; reads++) {
    const start = performance.now()
    for (const tier of [0, 1, 2] as const) await readPending(database, other, tier, { dueFrom: 0, limit: 256 })
    times.push(performance.now() - start)
  }
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) }
}
