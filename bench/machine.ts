/**
 * The delivery engine in a process of its own, on the embedded database in a folder or on a PostgreSQL: prints `ready` when
 * its database is open, and does what it is asked. `node bench/machine.ts <folder> [database url] [--start]`
 */
import { composeOutside } from '../src/compose/outside.ts'
import { completed } from '../src/compose/parts.ts'
import { openDatabase, openSealer } from '../src/compose/storage.ts'
import { composeWebhookEngine } from '../src/compose/webhook-engine.ts'
import { buildConfig } from '../src/config/config.ts'
import { systemClock, type Clock } from '../src/domain/clock.ts'
import { systemRandom } from '../src/domain/random.ts'
import { insertAccount } from '../src/store/accounts.ts'
import { findLaneId } from '../src/store/endpoints.ts'
import { appendEvent, writeAndTell } from '../src/store/events.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { createMetrics } from '../src/telemetry/metrics.ts'
import { silentTracing } from '../src/telemetry/tracing.ts'
import { benchSecret, makeEvent } from './backlog.ts'
import { numberOf, serveCommands, textsOf } from './commands.ts'
import { fillLane, measureRefill } from './refill.ts'
import { benchMasterKey, sharedConfig } from './shared.ts'

const [folder = '', databaseUrl, start] = process.argv.slice(2)
const dayMs = 86_400_000
let skippedMs = 0
/** The machine's clock, which may be told to go on by minutes at once. */
const clock: Clock = {
  now: () => systemClock.now() + skippedMs,
  monotonic: () => systemClock.monotonic() + skippedMs,
  after: systemClock.after,
}
const config = {
  ...(databaseUrl
    ? sharedConfig(databaseUrl, folder, new Set(['worker'] as const))
    : { ...buildConfig('dev', {}, folder), dataFolder: folder, masterKeys: [benchMasterKey] }),
  // Longer than what is skipped.
  leaseMs: 3_600_000,
}
const parts = completed({
  clock,
  log: silentLog,
  onFatal(error) {
    throw error
  },
})
const database = await openDatabase(config, parts)
const sealer = await openSealer(config, database, systemRandom)
const makeEngine = () => {
  const outside = composeOutside(config, parts)
  const engine = composeWebhookEngine({
    config,
    parts,
    database,
    sealer,
    metrics: createMetrics(),
    tracing: silentTracing,
    publicUrl: () => 'http://127.0.0.1',
    ...outside,
  })
  return { ...engine, client: outside.client }
}
let engine = makeEngine()
let running = false
const append = async (accountId: string, index: number): Promise<void> => {
  const event = makeEvent(accountId, index, clock)
  await writeAndTell(database, appendEvent(event, event.createdAt + dayMs))
}
const rest = async (): Promise<void> => {
  if (!running) return
  running = false
  await engine.worker.stop(1000)
  await engine.client.destroy()
  engine = makeEngine()
}
const begin = async (): Promise<void> => {
  running = true
  await engine.worker.start()
}
if (start === '--start') await begin()

serveCommands(
  {
    /** Accounts with an endpoint for each URL. */
    async endpoints(given) {
      const urls = textsOf(given, 'urls')
      const lanes: string[] = []
      const ids: string[] = []
      for (const accountId of textsOf(given, 'accountIds')) {
        await database.write(
          insertAccount({ id: accountId, hash: accountId.slice(0, 22), name: 'bench', createdAt: 0 }),
        )
        for (const url of urls) {
          const { endpoint } = await engine.endpoints.add(accountId, { url, secret: benchSecret })
          ids.push(endpoint.id)
          lanes.push((await findLaneId(database, endpoint.id)) ?? '')
        }
      }
      return { lanes, ids }
    },
    /** Events for the accounts in turn, at once or `perSecond`. */
    async append(given) {
      const accountIds = textsOf(given, 'accountIds')
      const count = numberOf(given, 'count')
      const perSecond = given['perSecond'] === undefined ? undefined : numberOf(given, 'perSecond')
      const from = performance.now()
      const appending: Promise<void>[] = []
      for (let index = 0; index < count; index++) {
        if (perSecond !== undefined) {
          const waitMs = from + (index * 1000) / perSecond - performance.now()
          if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
        }
        appending.push(append(accountIds[index % accountIds.length] ?? '', index))
      }
      await Promise.all(appending)
    },
    async fill(given) {
      const [laneId = '', endpointId = '', accountId = ''] = textsOf(given, 'lane')
      await fillLane(database, { id: laneId, endpointId, accountId }, numberOf(given, 'count'))
    },
    start: begin,
    rest,
    skip(given) {
      skippedMs += numberOf(given, 'ms')
    },
    refill: () => measureRefill(database),
  },
  async () => {
    await rest()
    await database.close()
  },
)
process.stdout.write('ready\n')
