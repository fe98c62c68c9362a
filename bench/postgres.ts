/**
 * `npm run bench:postgres`: deliveries a second with one, two and three workers on a PostgreSQL that syncs each commit, and
 * how long a lane is read while a million deliveries of another wait and an old snapshot is open.
 */
import { parseArgs, styleText } from 'node:util'
import Table from 'cli-table3'
import { Client } from 'pg'
import { systemClock } from '../src/domain/clock.ts'
import { migrate, readMigrations } from '../src/store/migrate.ts'
import { openPostgres } from '../src/store/postgres.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { startPostgres } from '../test/ground/postgres.ts'
import { drainWithWorkers } from './many-workers.ts'
import { stopAll } from './processes.ts'
import { measureRefill } from './refill.ts'

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})
const deliveryCount = options.quick ? 6000 : 24_000
const backlogCount = options.quick ? 200_000 : 1_000_000

const postgres = await startPostgres({ durable: true })
try {
  const perSecond: number[] = []
  for (const workerCount of [1, 2, 3]) {
    const name = `drain_${workerCount}`
    const admin = new Client({ connectionString: postgres.url() })
    await admin.connect()
    await admin.query(`create database ${name}`)
    await admin.end()
    perSecond.push(await drainWithWorkers(postgres.url(name), workerCount, deliveryCount))
  }
  const database = openPostgres({ url: postgres.url(), clock: systemClock, log: silentLog })
  await migrate(database, readMigrations('postgres'), systemClock)
  const snapshot = new Client({ connectionString: postgres.url() })
  snapshot.on('error', () => {})
  await snapshot.connect()
  await snapshot.query('begin isolation level repeatable read')
  await snapshot.query('select count(*) from delivery')
  const refill = await measureRefill(database, backlogCount)
  await snapshot.end()
  await database.close()
  if (options.json) process.stdout.write(`${JSON.stringify({ perSecond, refill })}\n`)
  else {
    const table = new Table({
      head: ['what', 'measured', 'must reach', ''],
      ...(process.stdout.isTTY ? {} : { style: { head: [], border: [] } }),
    })
    for (const [index, rate] of perSecond.entries())
      table.push([`deliveries/s, 12 endpoints, workers: ${index + 1}`, Math.round(rate).toLocaleString('en'), '', ''])
    const good = refill.p99Ms <= 5
    table.push([
      `refill of another lane, ${backlogCount.toLocaleString('en')} waiting, p50 / p99`,
      `${refill.p50Ms.toFixed(2)} / ${refill.p99Ms.toFixed(2)} ms`,
      '5 ms',
      styleText(good ? 'green' : 'red', good ? 'reached' : 'missed', { stream: process.stdout }),
    ])
    process.stdout.write(`${table.toString()}\n`)
  }
} finally {
  stopAll()
  await postgres.stop()
}
