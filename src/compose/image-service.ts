import type { BlobStore } from '../blobs/blob-store.ts'
import { openRenditionCache } from '../blobs/rendition-cache.ts'
import type { Config } from '../config/config.ts'
import type { Sealer } from '../config/secrets.ts'
import { isAtHost } from '../domain/host-pattern.ts'
import { createImages, type Images } from '../images/images.ts'
import type { GuardedClient } from '../net/guarded-client.ts'
import { createRenderQueue } from '../pixels/render-queue.ts'
import { createGetRendition } from '../serve/renditions.ts'
import { createRemoteSources } from '../serve/remote-source.ts'
import { createServe, type Serve } from '../serve/serve.ts'
import { createServeRemote, type ServeRemote } from '../serve/serve-remote.ts'
import type { Database } from '../store/database.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Tracing } from '../telemetry/tracing.ts'
import { observeRenders, observeUploads } from './observed-images.ts'
import type { Parts } from './parts.ts'
import { userAgent } from './version.ts'

/** Uploads that wait to be looked at; more are asked to come again. */
const probesWaiting = 256
/** Uploads by `url` that are fetched at once, and that wait to be. */
const importsAtOnce = 16
const importsWaiting = 64
/** Images elsewhere that are fetched at once, up to 20 MB each, and that wait to be. */
const sourcesAtOnce = 8
const sourcesWaiting = 64
const renditionBudgetBytes = 2 * 1024 * 1024 * 1024

export type ImageServiceParts = {
  readonly config: Config
  readonly parts: Parts
  readonly database: Database
  readonly blobs: BlobStore
  readonly metrics: Metrics
  readonly tracing: Tracing
  readonly publicUrl: () => string
  readonly sealer: Sealer
  readonly client: GuardedClient
}

/** Images in and images out: uploads and records, and what serves them. */
export const composeImageService = async ({
  config,
  parts,
  database,
  blobs,
  metrics,
  tracing,
  publicUrl,
  sealer,
  client,
}: ImageServiceParts): Promise<{
  readonly images: Images
  readonly serve: Serve
  readonly serveRemote: ServeRemote
}> => {
  const { clock, random, log } = parts
  const renditions = await openRenditionCache({ folder: config.dataFolder, budgetBytes: renditionBudgetBytes, random })
  // Two queues, so that an upload does not wait behind slow renditions.
  const probeQueue = createRenderQueue({ maxWaiting: probesWaiting })
  const renderQueue = observeRenders(createRenderQueue(), metrics, clock)
  const getRendition = createGetRendition({ renditions, renderQueue, log })
  const plainHttp = config.allowLoopbackHttp
  const permits = (url: URL): boolean => isAtHost(url, config.imageSources) && (plainHttp || url.protocol === 'https:')
  const sources = createRemoteSources({
    client,
    clock,
    renditions,
    fetchQueue: createRenderQueue({ workers: sourcesAtOnce, maxWaiting: sourcesWaiting }),
    probeQueue,
    userAgent,
    permits,
  })
  return {
    serveRemote: createServeRemote({ sources, clock, getRendition, publicUrl, plainHttp, permits }),
    images: observeUploads(
      metrics,
      clock,
      createImages({
        database,
        blobs,
        removeRenditions: (blobKey) => renditions.removeImage(blobKey),
        renderQueue: probeQueue,
        importQueue: createRenderQueue({ workers: importsAtOnce, maxWaiting: importsWaiting }),
        client,
        userAgent,
        sealer,
        clock,
        random,
        log,
        publicUrl,
        deliveryLifetimeMs: config.giveUpAfterMs,
        traceParent: tracing.current,
      }),
    ),
    serve: createServe({ database, blobs, clock, sealer, getRendition }),
  }
}
