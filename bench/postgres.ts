/**
 * `npm run bench:postgres`: on a PostgreSQL that syncs each commit, deliveries a second with one, two and three workers; how
 * fast uploads become webhooks with API and worker in processes of their own; and what a million deliveries that wait for a
 * dead endpoint, with an old snapshot open, cost a worker and the reading of another lane.
 */
import { parseArgs, styleText } from 'node:util'
import Table from 'cli-table3'
import { Client } from 'pg'
import { systemClock } from '../src/domain/clock.ts'
import { migrate, readMigrations } from '../src/store/migrate.ts'
import { openPostgres } from '../src/store/postgres.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { startPostgres } from '../test/ground/postgres.ts'
import { measureLatency } from './latency.ts'
import { drainWithWorkers, makeDeadEndpoint } from './many-workers.ts'
import { startProgram, stopAll } from './processes.ts'
import { fillLane, measureRefill } from './refill.ts'

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
  const url = postgres.url()
  const database = openPostgres({ url, clock: systemClock, log: silentLog })
  await migrate(database, readMigrations('postgres'), systemClock)
  const worker = await startProgram('worker.ts', url)
  const latency = await measureLatency(50, options.quick ? 250 : 1000, () => {}, url)

  const idleBytes = await worker.rssBytes()
  const dead = await makeDeadEndpoint(url)
  await fillLane(database, dead, backlogCount)
  const snapshot = new Client({ connectionString: url })
  snapshot.on('error', () => {})
  await snapshot.connect()
  await snapshot.query('begin isolation level repeatable read')
  await snapshot.query('select count(*) from delivery')
  await new Promise((resolve) => setTimeout(resolve, 10_000))
  const grownBytes = (await worker.rssBytes()) - idleBytes
  const refill = await measureRefill(database)
  await snapshot.end()
  await worker.stop()
  await database.close()
  if (options.json) process.stdout.write(`${JSON.stringify({ perSecond, latency, refill, grownBytes })}\n`)
  else {
    const table = new Table({
      head: ['what', 'measured', 'must reach', ''],
      ...(process.stdout.isTTY ? {} : { style: { head: [], border: [] } }),
    })
    for (const [index, rate] of perSecond.entries())
      table.push([`deliveries/s, 12 endpoints, workers: ${index + 1}`, Math.round(rate).toLocaleString('en'), '', ''])
    const verdict = (good: boolean): string =>
      styleText(good ? 'green' : 'red', good ? 'reached' : 'missed', { stream: process.stdout })
    table.push([
      'answered → received, API and worker apart, 50 uploads/s, p50 / p95',
      `${latency.webhookP50Ms.toFixed(1)} / ${latency.webhookP95Ms.toFixed(1)} ms`,
      '50 ms',
      verdict(latency.webhookP95Ms <= 50),
    ])
    const grownMegabytes = grownBytes / 1024 / 1024
    table.push([
      `a worker grows by, ${backlogCount.toLocaleString('en')} waiting for a dead endpoint`,
      `${grownMegabytes.toFixed(0)} MB`,
      '50 MB',
      verdict(grownMegabytes < 50),
    ])
    table.push([
      `refill of another lane, ${backlogCount.toLocaleString('en')} waiting, p50 / p99`,
      `${refill.p50Ms.toFixed(2)} / ${refill.p99Ms.toFixed(2)} ms`,
      '5 ms',
      verdict(refill.p99Ms <= 5),
    ])
    process.stdout.write(`${table.toString()}\n`)
  }
} finally {
  stopAll()
  await postgres.stop()
}
