import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makePostgresDatabase } from '../../test/ground/drivers.ts'
import type { Delivery } from '../domain/delivery.ts'
import { readOldestDue } from './attention.ts'
import type { Database, Statement } from './database.ts'
import {
  cancelPending,
  countPending,
  hasPending,
  readOverdue,
  readPending,
  replayDelivery,
  settleDead,
  settleRetry,
  settleSucceeded,
} from './deliveries.ts'
import { sequenceFeed } from './feed.ts'
import { readLanesWithWork } from './lanes.ts'
import { countWaitingReplays } from './replay-batch.ts'

const connect = async (): Promise<Client> => {
  const client = new Client({ connectionString: await makePostgresDatabase() })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** What statements the calls make of a database that holds nothing. */
const asked = async (calls: (database: Database) => Promise<unknown>): Promise<Statement[]> => {
  const statements: Statement[] = []
  await calls({
    driver: 'postgres',
    exclusive: false,
    read: async (sql, parameters) => {
      statements.push({ sql, parameters })
      return []
    },
    write: () => Promise.reject(new Error('Nothing is written here.')),
    notify: () => {},
    listen: () => () => {},
    healthy: async () => true,
    close: async () => {},
  })
  return statements
}

const literals = ({ parameters }: Statement): string =>
  parameters.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(', ')

const deliveriesSql = (ids: string, lane: string, state: string, from: number, to: number): string =>
  `insert into delivery select ${ids}, 'webhook_1', 'a', ${lane}, n % 3, '${state}', null, n, n, 0, 0, 1, 0, null
   from generate_series(${from}, ${to}) as n`

const lanesSql = `insert into lane select 'lane_' || n, 'webhook_' || n, 'w', 1, 0, null from generate_series(1, 500) as n`

const readAllOf = (lane: string) => async (database: Database) => {
  for (const tier of [0, 1, 2] as const) await readPending(database, lane, tier, { dueFrom: 1, limit: 256 })
  await readLanesWithWork(database, 'w', 1, { after: '', limit: 500 })
  await readOverdue(database, 'w', 1, 200)
}

describe('the statements of the engine', () => {
  it('go along the indexes made for them, also by a plan that does not know the parameters', async () => {
    const client = await connect()
    // A dead endpoint's backlog beside lanes with little: what misleads a plan that is made once for all lanes.
    const lane = `case when n % 1000 = 0 then 'lane_' || n else 'lane_1' end`
    await client.query(deliveriesSql(`'evt_' || n`, lane, 'pending', 1, 60_000))
    await client.query(lanesSql)
    await client.query(`insert into event_feed select 'evt_' || n, 'a', n from generate_series(1, 60000) as n`)
    await client.query('analyze')
    await client.query(`set plan_cache_mode = 'force_generic_plan'`)
    const statements = await asked(readAllOf('lane_5'))
    expect(statements).toHaveLength(5)
    for (const [index, statement] of statements.entries()) {
      await client.query(`prepare asked_${index} as ${statement.sql}`)
      const { rows } = await client.query(`explain (costs off) execute asked_${index}(${literals(statement)})`)
      const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
      expect(plan).toMatch(/Index (?:Only )?Scan using delivery_(?:due|give_up)/)
      expect(plan).not.toContain('Seq Scan on delivery')
    }
    for (const { sql } of sequenceFeed) {
      const { rows } = await client.query(`explain (costs off) ${sql}`)
      expect(rows.map((row) => String(row['QUERY PLAN'])).join('\n')).not.toContain('Seq Scan on event_feed')
    }
  })

  it('look at few rows while the statistics still say that nothing is pending', async () => {
    const client = await connect()
    // An outage begins: what was known of the table is from a time when all had succeeded.
    await client.query(deliveriesSql(`'evt_' || n`, `'lane_' || n % 100`, 'succeeded', 1, 5000))
    await client.query(lanesSql)
    await client.query('analyze')
    await client.query(deliveriesSql(`'evt_' || n`, `'lane_dead'`, 'pending', 5001, 25_000))
    await client.query(`insert into lane values ('lane_dead', 'webhook_dead', 'w', 1, 0, null)`)
    const one: Delivery = {
      eventId: 'evt_9000',
      endpointId: 'webhook_1',
      accountId: 'a',
      laneId: 'lane_dead',
      tier: 1,
      state: 'pending',
      reason: null,
      dueAt: 9000,
      giveUpAt: 9000,
      step: 0,
      attemptCount: 0,
      revision: 1,
      createdAt: 0,
      finishedAt: null,
    }
    const statements = [
      ...(await asked(async (database) => {
        await readAllOf('lane_5')(database)
        await readPending(database, 'lane_5', 3, { dueFrom: 1, limit: 256 })
        await hasPending(database, 'lane_5')
        await countPending(database, 'lane_dead', 100)
        await countWaitingReplays(database, 'lane_5', 100)
        await readOldestDue(database, 1)
      })),
      settleSucceeded(one, 1, 9000),
      settleRetry(one, { dueAt: 9500, step: 1, attemptCount: 1, reason: 'failed_attempt' }),
      settleDead(one, 1, 'schedule_exhausted', 9000),
      replayDelivery(one, 5000, 9000),
      cancelPending('lane_5', 9000, 100),
    ]
    for (const [index, statement] of statements.entries()) {
      await client.query(`prepare asked_${index} as ${statement.sql}`)
      await client.query('begin')
      const { rows } = await client.query(
        `explain (analyze, timing off, costs off) execute asked_${index}(${literals(statement)})`,
      )
      await client.query('rollback')
      const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
      const passedOver = [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, count]) => Number(count))
      expect(Math.max(0, ...passedOver), `${statement.sql}\n${plan}`).toBeLessThan(100)
    }
  })
})
