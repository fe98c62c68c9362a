import { createAccounts, type Accounts } from '../accounts/accounts.ts'
import { createSessions, type Sessions } from '../accounts/sessions.ts'
import { createTokens } from '../accounts/tokens.ts'
import { createAnnouncer } from '../alerts/announcer.ts'
import type { Config } from '../config/config.ts'
import { makeFolder } from '../config/make-folder.ts'
import { newId } from '../domain/id.ts'
import type { Clock } from '../domain/clock.ts'
import { accountPath, createApp, webhooksPath, type Mount } from '../http/app.ts'
import { checkupRoutes } from '../http/checkup-routes.ts'
import { dashboardRoutes } from '../http/dashboard-routes.ts'
import { uploadUrlRoutes } from '../http/direct-upload-routes.ts'
import { eventRoutes } from '../http/event-routes.ts'
import { healthRoutes } from '../http/health-routes.ts'
import { inboxPath, inboxRoutes } from '../http/inbox.ts'
import { listen, type Listener } from '../http/listen.ts'
import { metricsRoutes } from '../http/metrics-routes.ts'
import { remoteRoutes } from '../http/remote-routes.ts'
import { referenceRoutes } from '../http/reference-routes.ts'
import { replayRoutes } from '../http/replay-routes.ts'
import { serveRoutes } from '../http/serve-routes.ts'
import { sessionPath, sessionRoutes } from '../http/session-routes.ts'
import { statisticsRoutes } from '../http/statistics-routes.ts'
import { tokenRoutes } from '../http/token-routes.ts'
import { webhookRoutes } from '../http/webhook-routes.ts'
import { readApplied, readMigrations } from '../store/migrate.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { openTracing } from '../telemetry/open-tracing.ts'
import { createUpkeep } from '../upkeep/upkeep.ts'
import type { Deliveries } from '../webhooks/deliveries.ts'
import type { Endpoints } from '../webhooks/endpoints.ts'
import { createExplanations } from '../webhooks/explanations.ts'
import { createFeed } from '../webhooks/feed.ts'
import { createFeedWatch } from '../webhooks/feed-watch.ts'
import { createPacers } from '../webhooks/pace.ts'
import { readSecretFacts } from '../webhooks/secret-facts.ts'
import { createStatisticsReader } from '../webhooks/statistics.ts'
import { composeChannels } from './alerts.ts'
import { composeImageService } from './image-service.ts'
import { observeCommits } from './observed-database.ts'
import { completed, type Parts } from './parts.ts'
import { addQueueGauges, remembered } from './queue-gauges.ts'
import { openBlobs, openDatabase, openSealer } from './storage.ts'
import { composeOutside } from './outside.ts'
import { version } from './version.ts'
import { recordMounts } from './record-mounts.ts'
import { composeWebhookEngine } from './webhook-engine.ts'

/** A server that was put together, not yet at work. */
export type Imagehooks = {
  readonly accounts: Accounts
  readonly sessions: Sessions
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

/** How long attempts in flight are waited for when the server stops. */
const stopGraceMs = 5000
/** Asking whether the blobs answer costs several requests where they are in S3. */
const blobHealthKeptMs = 5000

/** Each API token has a bucket of its own at each process. */
const requestPaceOf = ({ rateLimit }: Config, clock: Clock): ((tokenId: string) => number) =>
  rateLimit ? createPacers((rateLimit.count * 1000) / rateLimit.perMs, rateLimit.count, clock) : () => 0

/** Ten tries to sign in at once from one address, then one every six seconds; from all together ten times as many. */
const signInPaceOf = (clock: Clock): ((address: string) => number) => {
  const [own, all] = [createPacers(1 / 6, 10, clock), createPacers(10 / 6, 100, clock)]
  return (address) => own(address) || all('')
}

/** Puts the server together. The only room where anything is constructed. */
export const compose = async (config: Config, given: Partial<Parts> = {}): Promise<Imagehooks> => {
  const parts = completed(given)
  const { clock, random, log } = parts
  // What cannot stand is said before anything is opened or made.
  const { policy, client } = composeOutside(config, parts)
  const channels = composeChannels({ config, parts, client, policy })
  // Renditions, and blobs where they are on the disk, stand there whatever the database.
  makeFolder(config.dataFolder)
  const metrics = createMetrics()
  const database = observeCommits(await openDatabase(config, parts), metrics, clock)
  const tracing = await openTracing(config.tracing, { clock, log, version })
  let listening: Listener | undefined
  const publicUrl = (): string => config.publicUrl ?? listening?.url ?? `http://${config.host}:${config.port}`
  const stopping = new AbortController()

  try {
    const sealer = await openSealer(config, database, random)
    const blobs = await openBlobs(config, parts)
    const accounts = createAccounts({ database, clock, random })
    const tokens = createTokens({ database, clock, random, log })
    const sessions = createSessions({ database, clock, random, tokens })
    const { images, serve, serveRemote } = await composeImageService({
      config,
      parts,
      database,
      blobs,
      metrics,
      tracing,
      publicUrl,
      sealer,
      client,
    })
    addQueueGauges(metrics, database, clock)
    const engine = composeWebhookEngine({
      config,
      parts,
      database,
      sealer,
      metrics,
      tracing,
      publicUrl,
      policy,
      client,
    })
    const { worker, endpoints, deliveries, replays, replayRunner, testPace } = engine
    const announcer = createAnnouncer({ database, clock, log, channels })
    const upkeep = createUpkeep({
      database,
      blobs,
      clock,
      log,
      ...(config.retentionMs !== null && {
        retention: { retentionMs: config.retentionMs, owner: newId('lane', clock.now(), random) },
      }),
    })
    const explanations = createExplanations({ database, endpoints, deliveries, clock })
    const statistics = createStatisticsReader({ database, clock })
    const known = readMigrations(database.driver)
    const takesCalls = config.roles.has('api')

    const watched: Mount[] = [
      {
        at: '/health',
        routes: healthRoutes({
          ready: {
            database: async () => ((await database.healthy()) ? undefined : 'the database does not answer'),
            blobs: remembered(
              clock,
              blobHealthKeptMs,
              async () => {
                const health = await blobs.healthy()
                return health.ok ? undefined : health.reason
              },
              (problem) => problem === undefined,
            ),
            migrations: async () =>
              (await readApplied(database)).length >= known.length ? undefined : 'the schema is not up to date',
          },
          worker: async () => (config.roles.has('worker') ? worker.problem() : undefined),
        }),
      },
      { at: '/metrics', routes: metricsRoutes(metrics, config.metricsToken) },
    ]
    const mounts: Mount[] = [
      ...watched,
      { at: sessionPath, routes: sessionRoutes({ sessions, clock, publicUrl, signInPace: signInPaceOf(clock) }) },
      { at: `${accountPath}/tokens`, ...tokenRoutes({ tokens, clock }) },
      { at: webhooksPath, ...statisticsRoutes({ endpoints, statistics, clock }) },
      {
        at: webhooksPath,
        ...eventRoutes({
          feed: createFeed(database),
          feedWatch: createFeedWatch(database, { clock, log }),
          clock,
          stopping: stopping.signal,
        }),
      },
      { at: webhooksPath, ...replayRoutes({ endpoints, replays, clock }) },
      { at: webhooksPath, ...webhookRoutes({ endpoints, deliveries, explanations, clock, testPace }) },
      {
        at: webhooksPath,
        ...checkupRoutes({
          secretFacts: (accountId) => readSecretFacts({ database, sealer, clock }, accountId),
          sender: () => ({
            addresses: parts.localAddresses().filter((address) => policy.permits(address)),
            proxied: config.proxy !== undefined,
            sends: config.roles.has('worker'),
          }),
          clock,
        }),
      },
      ...recordMounts({ database, sealer, clock, random, images, paced: config.rateLimit !== null }),
      ...(config.inbox
        ? [
            {
              at: inboxPath,
              routes: inboxRoutes({ secret: config.inbox.secret, clock, random, stopping: stopping.signal }),
            },
          ]
        : []),
      { at: '/upload', routes: uploadUrlRoutes({ images, clock }) },
      { at: '/', routes: serveRoutes(serve) },
      { at: '/', routes: remoteRoutes(serveRemote) },
      { at: '/', routes: await dashboardRoutes(publicUrl) },
    ]
    mounts.unshift({ at: '/', routes: referenceRoutes({ mounts, version, publicUrl }) })
    const app = createApp({
      findByToken: tokens.authenticate,
      findBySession: sessions.find,
      publicUrl,
      requestPace: requestPaceOf(config, clock),
      clock,
      log,
      metrics,
      tracing,
      mounts: takesCalls ? mounts : watched,
    })
    if (config.bootstrap) await accounts.ensure({ id: config.bootstrap.accountId, token: config.bootstrap.apiToken })

    return {
      accounts,
      sessions,
      endpoints,
      deliveries,
      fetch: async (request) => app.fetch(request),
      async start({ listen: withPort = true } = {}) {
        if (withPort) metrics.addProcessMetrics()
        if (withPort && config.opensPort) listening = await listen({ app, host: config.host, port: config.port, clock })
        if (config.roles.has('worker')) {
          await worker.start()
          announcer.start()
          replayRunner.start()
        }
        upkeep.start()
        return { url: listening?.url ?? publicUrl() }
      },
      async stop() {
        stopping.abort()
        await listening?.close()
        await replayRunner.stop()
        await worker.stop(stopGraceMs)
        await announcer.stop()
        await upkeep.stop()
        await client.destroy()
        await tracing.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
