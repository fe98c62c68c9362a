import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startCluster } from '../../examples/cluster/cluster.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import type { Postgres } from '../../test/ground/postgres.ts'
import { type Api, connect } from '../demo/api.ts'
import { ownFolder } from '../demo/belongings.ts'
import { setKillStage } from '../demo/kill-stage.ts'
import { type BeforeAnswer, type LedgerReceiver, startLedgerReceiver } from '../demo/ledger-receiver.ts'
import type { MortalServer } from '../demo/mortal-server.ts'
import { shortRetrySchedule } from '../demo/stage.ts'

/** An endpoint with the receiver behind it. */
export type Told = { readonly endpointId: string; readonly receiver: LedgerReceiver }

/** Where a ledger is kept: a server or a cluster, its receivers, and a look into its database. */
export type Ground = {
  readonly api: Api
  readonly told: readonly Told[]
  /** Rows of the database, also while the server is dead. */
  read(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  leave(): Promise<void>
}

/** One process on SQLite. */
export type SqliteGround = Ground & { readonly server: MortalServer }

/** Two API nodes and three workers on PostgreSQL and S3. */
export type ClusterGround = Ground & {
  readonly workers: readonly [MortalServer, MortalServer, MortalServer]
  readonly postgres: Postgres
  /** Nodes that ended though nobody ended them, a sentence each. */
  readonly deaths: readonly string[]
}

/** Reads a copy, since a crash is not tidied up by looking at it. */
const readCopy = (folder: string, dataFolder: string, sql: string): Record<string, unknown>[] => {
  const copy = join(folder, 'copy.db')
  for (const suffix of ['', '-wal']) {
    const original = join(dataFolder, `imagehooks.db${suffix}`)
    if (existsSync(original)) copyFileSync(original, `${copy}${suffix}`)
  }
  const database = new DatabaseSync(copy)
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}

/** Starts a server with one endpoint. Its database is read while it is dead, or stands still. */
export const setSqliteGround = async (beforeAnswer?: BeforeAnswer): Promise<SqliteGround> => {
  const folder = ownFolder()
  const stage = await setKillStage(folder.path, beforeAnswer)
  return {
    api: stage.api,
    server: stage.server,
    told: [{ endpointId: stage.endpointId, receiver: stage.receiver }],
    read: async (sql) => readCopy(folder.path, stage.dataFolder, sql),
    async leave() {
      await stage.leave()
      folder.remove()
    },
  }
}

/** Two lanes for each worker. */
const endpointCount = 6

/** Starts a cluster with six endpoints, whose lanes its three workers share out. */
export const setClusterGround = async (leaseMs: number, beforeAnswer?: BeforeAnswer): Promise<ClusterGround> => {
  const deaths: string[] = []
  const receivers: LedgerReceiver[] = []
  const cluster = await startCluster({
    workerCount: 3,
    settings: { IMAGEHOOKS_LEASE: `${leaseMs}ms`, IMAGEHOOKS_RETRY_SCHEDULE: shortRetrySchedule },
    onDeath: (sentence) => void deaths.push(sentence),
  })
  const database = openPostgres({ url: cluster.postgres.url(), clock: systemClock, log: silentLog })
  const leave = async (): Promise<void> => {
    await database.close()
    await cluster.stop()
    for (const receiver of receivers) await receiver.close()
  }
  try {
    const api = connect(cluster.url, cluster.tenant)
    const secret = randomBytes(24).toString('base64url')
    const told: Told[] = []
    for (let count = 0; count < endpointCount; count++) {
      const receiver = await startLedgerReceiver(secret, beforeAnswer)
      receivers.push(receiver)
      told.push({ endpointId: await api.addEndpoint(receiver.url, secret), receiver })
    }
    const [first, second, third] = cluster.workers
    if (!first || !second || !third) throw new Error('The cluster has less than three workers.')
    return {
      api,
      told,
      workers: [first, second, third],
      postgres: cluster.postgres,
      deaths,
      read: (sql) => database.read(sql, []),
      leave,
    }
  } catch (error) {
    await leave()
    throw error
  }
}
