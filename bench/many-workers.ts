import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../src/compose/compose.ts'
import { systemClock } from '../src/domain/clock.ts'
import { findLaneId } from '../src/store/endpoints.ts'
import { appendEvent } from '../src/store/events.ts'
import { migrate, readMigrations } from '../src/store/migrate.ts'
import { openPostgres } from '../src/store/postgres.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { benchAccount, benchSecret, makeEvents } from './backlog.ts'
import { startProgram } from './processes.ts'
import { sharedConfig } from './shared.ts'

const endpointCount = 12

/** Drains a backlog of `count` deliveries to twelve endpoints on PostgreSQL; answers deliveries a second. */
export const drainWithWorkers = async (databaseUrl: string, workerCount: number, count: number): Promise<number> => {
  const received = Promise.withResolvers<void>()
  let arrived = 0
  const sink = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.end('ok')
      if (++arrived === count) received.resolve()
    })
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const address = sink.address()
  if (address === null || typeof address === 'string') throw new Error('The sink has no port.')

  const database = openPostgres({ url: databaseUrl, clock: systemClock, log: silentLog })
  await migrate(database, readMigrations('postgres'), systemClock)
  const dataFolder = mkdtempSync(join(tmpdir(), 'imagehooks-bench-'))
  const api = await compose(sharedConfig(databaseUrl, dataFolder, new Set(['api'])), { log: silentLog })
  for (const endpoint of await api.endpoints.list(benchAccount.accountId))
    await api.endpoints.remove(benchAccount.accountId, endpoint.id)
  const ids: string[] = []
  for (let index = 0; index < endpointCount; index++) {
    const url = `http://127.0.0.1:${address.port}/${index}`
    const made = await api.endpoints.add(benchAccount.accountId, { url, secret: benchSecret, active: false })
    ids.push(made.endpoint.id)
  }
  const events = makeEvents(Math.ceil(count / endpointCount))
  await Promise.all(events.map((event) => database.write(appendEvent(event, event.createdAt + 86_400_000))))

  const workers = await Promise.all(Array.from({ length: workerCount }, () => startProgram('worker.ts', databaseUrl)))
  // Lanes find their owners within a few rounds of a second.
  await new Promise((resolve) => setTimeout(resolve, 4000))
  const start = performance.now()
  await Promise.all(ids.map((id) => api.endpoints.patch(benchAccount.accountId, id, { active: true })))
  await received.promise
  const seconds = (performance.now() - start) / 1000
  await Promise.all(workers.map((worker) => worker.stop()))
  await api.stop()
  await database.close()
  rmSync(dataFolder, { recursive: true, force: true })
  sink.closeAllConnections()
  sink.close()
  return count / seconds
}

/** An endpoint that nobody listens at, with its lane. */
export const makeDeadEndpoint = async (
  databaseUrl: string,
): Promise<{ readonly id: string; readonly endpointId: string }> => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'imagehooks-bench-'))
  const api = await compose(sharedConfig(databaseUrl, dataFolder, new Set(['api'])), { log: silentLog })
  const { endpoint } = await api.endpoints.add(benchAccount.accountId, {
    url: 'http://127.0.0.1:1/',
    secret: benchSecret,
  })
  await api.stop()
  rmSync(dataFolder, { recursive: true, force: true })
  const database = openPostgres({ url: databaseUrl, clock: systemClock, log: silentLog })
  const id = await findLaneId(database, endpoint.id)
  await database.close()
  if (id === undefined) throw new Error('The endpoint has no lane.')
  return { id, endpointId: endpoint.id }
}
