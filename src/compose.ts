import { readFileSync } from 'node:fs'
import { createAccounts, type Accounts } from './accounts/accounts.ts'
import type { BlobStore } from './blobs/blob-store.ts'
import { openDiskBlobStore } from './blobs/disk.ts'
import { openRenditionCache } from './blobs/rendition-cache.ts'
import { openS3BlobStore } from './blobs/s3.ts'
import { ConfigError } from './config/config-error.ts'
import type { Config, Storage } from './config/config.ts'
import { makeFolder } from './config/make-folder.ts'
import { keepMasterKey } from './config/master-key-file.ts'
import { createSealer, type Sealer } from './config/secrets.ts'
import { systemClock, type Clock } from './domain/clock.ts'
import { newId } from './domain/id.ts'
import { systemRandom, type Random } from './domain/random.ts'
import { publicVariant, variantUrl } from './domain/variant.ts'
import { accountPath, createApp, webhooksPath, type Mount } from './http/app.ts'
import { frontPage } from './http/front-page.ts'
import { healthRoutes } from './http/health-routes.ts'
import { imageRoutes } from './http/image-routes.ts'
import { inboxPath, inboxRoutes } from './http/inbox.ts'
import { listen, type Listener } from './http/listen.ts'
import { metricsRoutes } from './http/metrics-routes.ts'
import { notOfferedRoutes } from './http/not-offered.ts'
import { serveRoutes } from './http/serve-routes.ts'
import { webhookRoutes } from './http/webhook-routes.ts'
import { createImages } from './images/images.ts'
import { createGuardedClient } from './net/guarded-client.ts'
import { parseRange, type AddressRange } from './net/ip-address.ts'
import { createAddressPolicy } from './net/ip-ranges.ts'
import { systemResolver, type Resolver } from './net/resolver.ts'
import { createRenderQueue } from './pixels/render-queue.ts'
import { createServe } from './serve/serve.ts'
import { findAccount } from './store/accounts.ts'
import type { Database } from './store/database.ts'
import { hasSealedRows } from './store/endpoints.ts'
import { releaseAllLanes } from './store/lanes.ts'
import { checkSchema, migrate, readApplied, readMigrations } from './store/migrate.ts'
import { openPostgres } from './store/postgres.ts'
import { hasSqlite, openSqlite } from './store/sqlite.ts'
import { createLog, type Log } from './telemetry/log.ts'
import { createMetrics, secondsBuckets } from './telemetry/metrics.ts'
import { createUpkeep } from './upkeep/upkeep.ts'
import { createDeliveries, type Deliveries } from './webhooks/deliveries.ts'
import { createEndpoints, type Endpoints } from './webhooks/endpoints.ts'
import { createPacers } from './webhooks/pace.ts'
import { createOpenedEndpoints } from './webhooks/opened-endpoint.ts'
import type { AttemptRecord } from './webhooks/attempt-starter.ts'
import { createWorker } from './webhooks/worker.ts'

/** What the world gives the server; every part may be replaced by a test. */
export type Parts = {
  readonly clock: Clock
  readonly random: Random
  readonly resolver: Resolver
  readonly log: Log
  /** PEM certificates trusted beside the system's, for endpoints. */
  readonly tlsAuthorities: readonly string[]
  /** Told of every settled attempt. */
  readonly observe: (record: AttemptRecord) => void
  /** Called when the database cannot commit: the process has to end. */
  readonly onFatal: (error: Error) => void
}

/** A server that was put together, not yet at work. */
export type Imagehooks = {
  readonly accounts: Accounts
  readonly endpoints: Endpoints
  readonly deliveries: Deliveries
  /** Answers a request, with or without a port. */
  fetch(request: Request): Promise<Response>
  /** Takes up the work: deliveries and upkeep, and the port when there is one to listen on. */
  start(how?: {
    readonly listen?: boolean
  }): Promise<{ /** Where it can be reached from this machine, without a slash at the end. */ readonly url: string }>
  /** Ends it in order: no new requests, those that run are finished, attempts in flight finish or are given back. */
  stop(): Promise<void>
}

/** The version of this package. */
export const version: string = String(
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version,
)

/** How long attempts in flight are waited for when the server stops. */
const stopGraceMs = 5000
/** Uploads that wait to be looked at; more are asked to come again. */
const probesWaiting = 256
const renditionBudgetBytes = 2 * 1024 * 1024 * 1024
/** On a database that only this process can own a lease protects nobody; renewing it would only cost commits. */
const exclusiveLeaseMs = 24 * 3_600_000
/** Tests of one endpoint: five at once, then one every ten seconds; of a whole account four times as many. */
const testsPerSecond = 0.1
const testBurst = 5

const readRanges = (texts: readonly string[]): AddressRange[] =>
  texts.map((text) => {
    const parsed = parseRange(text)
    if (!parsed.ok) throw new ConfigError(`--allow-target: ${parsed.reason}`)
    return parsed.range
  })

const openEmbedded = async (folder: string, parts: Parts): Promise<Database> => {
  const database = openSqlite({ folder, clock: parts.clock, onFatal: parts.onFatal })
  try {
    const applied = await migrate(database, readMigrations('sqlite'), parts.clock)
    if (applied.length > 0) parts.log.info({ migrations: applied }, 'The schema was brought up to date')
    await database.write([releaseAllLanes()])
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Others may be at work on it, so its schema is changed by a command of its own and never by a start. */
const openShared = async (url: string, { clock, log }: Parts): Promise<Database> => {
  const database = openPostgres({ url, clock, log })
  try {
    const aheadBy = await checkSchema(database, readMigrations('postgres'))
    if (aheadBy > 0) log.warn({ aheadBy }, 'The schema is newer than this version knows, as during an upgrade')
    database.sequence()
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

const openDatabase = ({ database, dataFolder }: Storage, parts: Parts): Promise<Database> =>
  database.kind === 'postgres' ? openShared(database.url, parts) : openEmbedded(dataFolder, parts)

/** Brings the schema of a database up to date; answers the names of the migrations that were missing. */
export const migrateDatabase = async (
  { database: choice, dataFolder: folder }: Storage,
  given: Partial<Parts> = {},
): Promise<readonly string[]> => {
  const { clock, log, onFatal } = completed(given)
  const database =
    choice.kind === 'postgres' ? openPostgres({ url: choice.url, clock, log }) : openSqlite({ folder, clock, onFatal })
  try {
    return await migrate(database, readMigrations(database.driver), clock)
  } finally {
    await database.close()
  }
}

/** The accounts alone, without the rest of the server. */
export type OpenAccounts = { readonly accounts: Accounts; close(): Promise<void> }

/** Opens the accounts of a database. */
export const openAccounts = async (storage: Storage, given: Partial<Parts> = {}): Promise<OpenAccounts> => {
  const parts = completed(given)
  const database = await openDatabase(storage, parts)
  return {
    accounts: createAccounts({ database, clock: parts.clock, random: parts.random }),
    close: () => database.close(),
  }
}

/** Whether there is a database to be opened; on a server there always is one. Makes nothing. */
export const hasDatabase = ({ database, dataFolder }: Storage): boolean =>
  database.kind === 'postgres' || hasSqlite(dataFolder)

const openBlobs = ({ blobs, dataFolder: folder }: Config, { clock, random, log }: Parts): Promise<BlobStore> =>
  blobs.kind === 'disk'
    ? openDiskBlobStore({ folder, clock, random })
    : openS3BlobStore({ place: blobs, credentials: blobs.credentials, folder, clock, random, log })

const openSealer = async (config: Config, database: Database, random: Random): Promise<Sealer> => {
  const keys = config.masterKeys ?? [
    await keepMasterKey({ folder: config.dataFolder, random, mayMake: !(await hasSealedRows(database)) }),
  ]
  return createSealer(keys, random)
}

const completed = (given: Partial<Parts>): Parts => {
  const clock = given.clock ?? systemClock
  const log = given.log ?? createLog({ clock })
  return {
    clock,
    log,
    random: given.random ?? systemRandom,
    resolver: given.resolver ?? systemResolver,
    tlsAuthorities: given.tlsAuthorities ?? [],
    observe: given.observe ?? (() => {}),
    onFatal:
      given.onFatal ??
      ((error) => {
        log.error({ err: error }, 'The server ends because its database failed')
        process.exit(1)
      }),
  }
}

/** Puts the server together. The only place where anything is constructed. */
export const compose = async (config: Config, given: Partial<Parts> = {}): Promise<Imagehooks> => {
  const parts = completed(given)
  const { clock, random, resolver, log, tlsAuthorities } = parts
  const policy = createAddressPolicy({ allow: readRanges(config.allowTargets) })
  // Renditions, and blobs where they are on the disk, stand there whatever the database.
  makeFolder(config.dataFolder)
  const database = await openDatabase(config, parts)
  let listening: Listener | undefined
  const publicUrl = (): string => config.publicUrl ?? listening?.url ?? `http://${config.host}:${config.port}`
  const stopping = new AbortController()

  try {
    const sealer = await openSealer(config, database, random)
    const blobs = await openBlobs(config, parts)
    const renditions = await openRenditionCache({
      folder: config.dataFolder,
      budgetBytes: renditionBudgetBytes,
      random,
    })
    // Two queues, so that an upload does not wait behind slow renditions.
    const probeQueue = createRenderQueue({ maxWaiting: probesWaiting })
    const renderQueue = createRenderQueue()
    const accounts = createAccounts({ database, clock, random })
    const images = createImages({
      database,
      blobs,
      removeRenditions: (blobKey) => renditions.removeImage(blobKey),
      renderQueue: probeQueue,
      clock,
      random,
      log,
      publicUrl,
      deliveryLifetimeMs: config.giveUpAfterMs,
    })
    const serve = createServe({ database, blobs, renditions, renderQueue, log })

    const metrics = createMetrics()
    const attempts = metrics.counter('imagehooks_attempts_total', 'Attempts that were settled.', ['result'])
    const attemptSeconds = metrics.histogram('imagehooks_attempt_seconds', 'How long attempts took.', secondsBuckets, [
      'result',
    ])
    const client = createGuardedClient({ clock, resolver, policy, tlsAuthorities })
    const attemptParts = {
      client,
      clock,
      random,
      userAgent: `imagehooks/${version}`,
      attemptTimeoutMs: config.attemptTimeoutMs,
    }
    const worker = createWorker({
      ...attemptParts,
      database,
      openedEndpoints: createOpenedEndpoints(database, sealer, clock),
      policy: { scheduleMs: config.retryScheduleMs, giveUpAfterMs: config.giveUpAfterMs },
      log,
      owner: newId('lane', clock.now(), random),
      leaseMs: database.exclusive ? exclusiveLeaseMs : config.leaseMs,
      observe: (record) => {
        const { attempt, decision } = record
        const result = decision.kind === 'succeeded' ? 'succeeded' : 'failed'
        attempts.add({ result })
        attemptSeconds.observe({ result }, attempt.durationMs / 1000)
        log.debug(
          { eventId: attempt.eventId, endpointId: attempt.endpointId, number: attempt.number, status: attempt.status },
          `An attempt ${result}`,
        )
        parts.observe(record)
      },
    })
    const endpoints = createEndpoints({
      database,
      clock,
      random,
      sealer,
      policy,
      allowLoopbackHttp: config.allowLoopbackHttp,
      resolver,
    })
    const deliveries = createDeliveries({
      ...attemptParts,
      database,
      sealer,
      giveUpAfterMs: config.giveUpAfterMs,
      isInFlight: worker.isInFlight,
      sampleVariantUrl: async (accountId, imageId) =>
        variantUrl(publicUrl(), (await findAccount(database, accountId))?.hash ?? '', imageId, publicVariant.id),
    })
    const testPace = createPacers(testsPerSecond, testBurst, clock)
    const accountTestPace = createPacers(4 * testsPerSecond, 4 * testBurst, clock)
    const upkeep = createUpkeep({ database, blobs, clock, log })
    const known = readMigrations(database.driver)

    const mounts: Mount[] = [
      {
        at: '/health',
        routes: healthRoutes({
          ready: {
            database: async () => ((await database.healthy()) ? undefined : 'the database does not answer'),
            blobs: async () => {
              const health = await blobs.healthy()
              return health.ok ? undefined : health.reason
            },
            migrations: async () =>
              (await readApplied(database)).length >= known.length ? undefined : 'the schema is not up to date',
          },
          worker: async () => (config.roles.has('worker') ? worker.problem() : undefined),
        }),
      },
      { at: '/metrics', routes: metricsRoutes(metrics) },
      {
        at: webhooksPath,
        routes: webhookRoutes({
          endpoints,
          deliveries,
          clock,
          testPace: ({ id, accountId }) => testPace(id) || accountTestPace(accountId),
        }),
      },
      { at: `${accountPath}/images/v1`, routes: imageRoutes({ images, clock }) },
      { at: `${accountPath}/images/v2`, routes: notOfferedRoutes() },
      ...(config.inbox
        ? [
            {
              at: inboxPath,
              routes: inboxRoutes({ secret: config.inbox.secret, clock, random, stopping: stopping.signal }),
            },
          ]
        : []),
      { at: '/', routes: serveRoutes(serve) },
      { at: '/', routes: await frontPage() },
    ]
    const app = createApp({ findByToken: accounts.authenticate, clock, log, mounts })
    if (config.bootstrap) await accounts.ensure({ id: config.bootstrap.accountId, token: config.bootstrap.apiToken })

    return {
      accounts,
      endpoints,
      deliveries,
      fetch: async (request) => app.fetch(request),
      async start({ listen: withPort = true } = {}) {
        if (withPort) metrics.addProcessMetrics()
        if (withPort && config.roles.has('api'))
          listening = await listen({ app, host: config.host, port: config.port, clock })
        if (config.roles.has('worker')) await worker.start()
        upkeep.start()
        return { url: listening?.url ?? publicUrl() }
      },
      async stop() {
        stopping.abort()
        await listening?.close()
        await worker.stop(stopGraceMs)
        await upkeep.stop()
        await client.destroy()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
