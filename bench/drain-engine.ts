/**
 * The engine draining a filled backlog: every attempt logged, every commit synced.
 * `node bench/drain-engine.ts <url> <count> <in flight>`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../src/compose/compose.ts'
import { buildConfig } from '../src/config/config.ts'
import { systemClock } from '../src/domain/clock.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { appendEvent } from '../src/store/events.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { benchAccount, benchSecret, makeEvents } from './backlog.ts'

const [url = '', count = '0', inFlight = '64'] = process.argv.slice(2)
const dataFolder = mkdtempSync(join(tmpdir(), 'imagehooks-bench-'))
const onFatal = (error: Error): never => {
  throw error
}
let delivered = 0
const finished = Promise.withResolvers<void>()
const config = {
  ...buildConfig('dev', {}, dataFolder),
  dataFolder,
  port: 0,
  bootstrap: benchAccount,
}
const settings = {
  log: silentLog,
  onFatal,
  observe: () => {
    delivered += 1
    if (delivered === Number(count)) finished.resolve()
  },
}

const first = await compose(config, settings)
await first.endpoints.put(benchAccount.accountId, { url, secret: benchSecret, maxConcurrency: Number(inFlight) })
await first.stop()
const database = openSqlite({ folder: dataFolder, clock: systemClock, onFatal })
const events = makeEvents(Number(count))
await Promise.all(events.map((event) => database.write(appendEvent(event, event.createdAt + 86_400_000))))
await database.close()

const server = await compose(config, settings)
const start = performance.now()
await server.start({ listen: false })
await finished.promise
const seconds = (performance.now() - start) / 1000
const memoryBytes = process.memoryUsage().rss
await server.stop()
rmSync(dataFolder, { recursive: true, force: true })
process.stdout.write(`${JSON.stringify({ perSecond: Number(count) / seconds, memoryBytes })}\n`)
