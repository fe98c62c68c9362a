import { systemClock } from '../src/domain/clock.ts'
import { newId } from '../src/domain/id.ts'
import { systemRandom } from '../src/domain/random.ts'
import type { Database } from '../src/store/database.ts'
import { readPending } from '../src/store/deliveries.ts'
import { makeEvents } from './backlog.ts'
import { percentile } from './figures.ts'

const step = 50_000

const counted =
  'with recursive counted (n) as (select 1 union all select n + 1 from counted where n < cast($1 as integer))'

/** As many events have a row; no more are sent while a measurement lasts, and what waits is found without them. */
const eventCount = 50_000

/** Makes `count` due retries in one lane, by the database's own means; the first to be sent have their events. */
export const fillLane = async (
  database: Database,
  lane: { readonly id: string; readonly endpointId: string; readonly accountId: string },
  count: number,
): Promise<void> => {
  const body = makeEvents(1)[0]?.body ?? new Uint8Array()
  const now = systemClock.now()
  for (let done = 0; done < count; done += step)
    await database.write([
      ...(done + step < count - eventCount
        ? []
        : [
            {
              sql: `insert into event (id, account_id, type, image_id, created_at, is_test, body)
              ${counted} select 'evt_' || cast($2 as text) || 'x' || cast(n as text), $3, 'image.uploaded',
                cast($2 as text) || cast(n as text), cast($4 as bigint) - n, 0, $5 from counted`,
              parameters: [step, String(done), lane.accountId, now - done, body],
            },
          ]),
      {
        sql: `insert into delivery (event_id, endpoint_id, account_id, lane_id, tier, state, reason, due_at, give_up_at, step,
                attempt_count, revision, created_at, finished_at)
              ${counted} select 'evt_' || cast($2 as text) || 'x' || cast(n as text), $3, $4, $5, 1, 'pending', null,
                cast($6 as bigint) - n, $7, 3, 4, 5, $6, null from counted`,
        parameters: [step, String(done), lane.endpointId, lane.accountId, lane.id, now - done, now + 86_400_000],
      },
    ])
}

/**
 * How long a look at a lane takes, three reads in a row, whatever waits in others; and a read that touches no table, for
 * what the machine itself costs at that moment. In milliseconds.
 */
export const measureRefill = async (
  database: Database,
): Promise<{ readonly p50Ms: number; readonly p99Ms: number; readonly bareP99Ms: number }> => {
  const other = newId('lane', systemClock.now(), systemRandom)
  const times: number[] = []
  const bare: number[] = []
  for (let reads = 0; reads < 500; reads++) {
    const start = performance.now()
    for (const tier of [0, 1, 2] as const) await readPending(database, other, tier, { dueFrom: 0, limit: 256 })
    const middle = performance.now()
    for (const one of [0, 1, 2]) await database.read('select cast($1 as integer) as one', [one])
    times.push(middle - start)
    bare.push(performance.now() - middle)
  }
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), bareP99Ms: percentile(bare, 0.99) }
}
