import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Accounts, createAccounts } from '../../src/accounts/accounts.ts'
import { createTokens } from '../../src/accounts/tokens.ts'
import { recordMounts } from '../../src/compose/record-mounts.ts'
import { openDiskBlobStore } from '../../src/blobs/disk.ts'
import { openRenditionCache } from '../../src/blobs/rendition-cache.ts'
import type { BlobStore } from '../../src/blobs/blob-store.ts'
import { createMasterKey, createSealer } from '../../src/config/secrets.ts'
import type { Account } from '../../src/domain/account.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { systemRandom } from '../../src/domain/random.ts'
import { type App, createApp } from '../../src/http/app.ts'
import { dashboardRoutes } from '../../src/http/dashboard-routes.ts'
import { uploadUrlRoutes } from '../../src/http/direct-upload-routes.ts'
import { healthRoutes } from '../../src/http/health-routes.ts'
import { listen } from '../../src/http/listen.ts'
import { remoteRoutes } from '../../src/http/remote-routes.ts'
import { serveRoutes } from '../../src/http/serve-routes.ts'
import { createImages } from '../../src/images/images.ts'
import { createGuardedClient } from '../../src/net/guarded-client.ts'
import type { AddressRange } from '../../src/net/ip-address.ts'
import { createAddressPolicy, loopbackRanges } from '../../src/net/ip-ranges.ts'
import type { Resolver } from '../../src/net/resolver.ts'
import { createRenderQueue } from '../../src/pixels/render-queue.ts'
import { createGetRendition } from '../../src/serve/renditions.ts'
import { createRemoteSources } from '../../src/serve/remote-source.ts'
import { createServeRemote } from '../../src/serve/serve-remote.ts'
import { createServe } from '../../src/serve/serve.ts'
import type { Database } from '../../src/store/database.ts'
import { recordingLog } from '../../src/telemetry/log.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { type Driver, drivers } from './drivers.ts'
import { fakeClock, type FakeClock } from './fake-clock.ts'
import { testResolver } from './resolver.ts'
import { temporaryFolder } from './temporary.ts'

export type ImageServerWish = {
  /** Stands between the rooms and the real part, for faults. */
  readonly database?: (real: Database) => Database
  readonly blobs?: (real: BlobStore) => BlobStore
  readonly clock?: Clock
  /** Default: SQLite. */
  readonly driver?: Driver
  /** Names that uploads by `url` may be fetched from, beside `localhost`. Default: none. */
  readonly resolver?: Resolver
  /** Where these may be. Default: loopback. */
  readonly allow?: readonly AddressRange[]
  /** Addresses whose images are transformed. Default: none. */
  readonly sources?: (url: URL) => boolean
  /** How many images may be worked on at once, and wait. */
  readonly renders?: { readonly workers: number; readonly maxWaiting: number }
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Everything about images behind the real app, without a port, on real parts; ends with the present test. */
export const imageServer = async (wish: ImageServerWish = {}) => {
  const ownClock: FakeClock = fakeClock()
  const clock = wish.clock ?? ownClock
  const random = systemRandom
  const log = recordingLog()
  const folder = temporaryFolder()
  const driver = wish.driver ?? drivers[0]
  if (!driver) throw new Error('There is no store driver.')
  const realDatabase = await driver.open(clock)
  const database = wish.database?.(realDatabase) ?? realDatabase
  const realBlobs = await openDiskBlobStore({ folder, clock, random })
  const blobs = wish.blobs?.(realBlobs) ?? realBlobs
  const renditions = await openRenditionCache({ folder, budgetBytes: 50_000_000, random })
  const renderQueue = createRenderQueue(wish.renders)
  const accounts: Accounts = createAccounts({ database, clock, random })
  const { account, token } = await accounts.create({ name: 'photos' })
  const client = createGuardedClient({
    clock,
    resolver: wish.resolver ?? testResolver({ localhost: ['127.0.0.1'] }).resolve,
    policy: createAddressPolicy({ allow: wish.allow ?? loopbackRanges }),
  })
  onTestFinished(() => client.destroy())
  let publicUrl = 'http://images.test'
  const sealer = createSealer([createMasterKey(random.bytes(32))], random)
  const images = createImages({
    database,
    blobs,
    removeRenditions: renditions.removeImage,
    renderQueue,
    importQueue: createRenderQueue({ workers: 2, maxWaiting: 8 }),
    client,
    userAgent: 'imagehooks/test',
    sealer,
    clock,
    random,
    log,
    publicUrl: () => publicUrl,
    deliveryLifetimeMs: 86_400_000,
  })
  const getRendition = createGetRendition({ renditions, renderQueue, log })
  const serve = createServe({ database, blobs, clock, sealer, getRendition })
  const permits = (url: URL): boolean => wish.sources?.(url) ?? false
  const sources = createRemoteSources({
    client,
    clock,
    renditions,
    fetchQueue: createRenderQueue({ workers: 2, maxWaiting: 8 }),
    probeQueue: renderQueue,
    userAgent: 'imagehooks/test',
    permits,
  })
  const serveRemote = createServeRemote({
    sources,
    clock,
    getRendition,
    publicUrl: () => publicUrl,
    plainHttp: true,
    permits,
  })
  const app: App = createApp({
    metrics: createMetrics(),
    findByToken: createTokens({ database, clock, random, log }).authenticate,
    findBySession: async () => undefined,
    requestPace: () => 0,
    publicUrl: () => 'http://images.test',
    clock,
    log,
    mounts: [
      ...recordMounts({ database, sealer, clock, random, images, paced: true }),
      { at: '/upload', routes: uploadUrlRoutes({ images, clock }) },
      { at: '/health', routes: healthRoutes({ ready: {}, worker: async () => undefined }) },
      { at: '/', routes: await dashboardRoutes(() => publicUrl) },
      { at: '/', routes: serveRoutes(serve) },
      { at: '/', routes: remoteRoutes(serveRemote) },
    ],
  })
  const base = `http://images.test/client/v4/accounts/${account.id}/images/v1`
  return {
    account,
    accounts,
    app,
    blobs: realBlobs,
    clock: ownClock,
    database: realDatabase,
    images,
    log,
    renditions,
    renderQueue,
    sealer,
    token,
    /** Calls the app; the path begins with a slash. */
    fetch: async (path: string, init?: RequestInit): Promise<Response> =>
      app.fetch(new Request(`http://images.test${path}`, init)),
    /** Calls the account's image API with its token; the path is relative to `…/images/v1`. */
    api: async (path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> =>
      app.fetch(
        new Request(`${base}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } }),
      ),
    /** Files of blobs, temporary ones too. */
    blobFiles: (): string[] => filesIn(join(folder, 'blobs')),
    /** The bodies of all events, oldest first. */
    events: async (): Promise<unknown[]> =>
      (await realDatabase.read('select body from event order by created_at, id', [])).map(({ body }) =>
        body instanceof Uint8Array ? JSON.parse(Buffer.from(body).toString('utf8')) : body,
      ),
    /** Puts the app behind a real port; answers its address. */
    async listen(): Promise<string> {
      const listener = await listen({ app, host: '127.0.0.1', port: 0, clock })
      onTestFinished(() => listener.close(0))
      publicUrl = listener.url
      return listener.url
    },
  }
}

export type ImageServer = Awaited<ReturnType<typeof imageServer>> & { readonly account: Account }
