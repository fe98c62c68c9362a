import { createHash } from 'node:crypto'
import type { RenditionCache, RenditionKey } from '../blobs/rendition-cache.ts'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { ImageFormat } from '../domain/image.ts'
import { fetchFile, fileAddress, type FetchedFile } from '../net/fetch-file.ts'
import type { GuardedClient } from '../net/guarded-client.ts'
import { foreignFormat, mimeTypes, sniff } from '../pixels/formats.ts'
import { defaultLimits } from '../pixels/limits.ts'
import { probe } from '../pixels/probe.ts'
import type { RenderQueue } from '../pixels/render-queue.ts'
import { freshForMs } from './freshness.ts'
import { faultOfFetch, type SourceFault } from './source-fault.ts'
import { createByteCollector } from './byte-collector.ts'
import { createSingleFlight } from './single-flight.ts'

/** An image elsewhere, as it was found. */
export type RemoteSource = {
  /** Names the bytes. */
  readonly name: string
  readonly format: ImageFormat
  /** Pixels as shown. */
  readonly width: number
  readonly height: number
  /** Until then it is not asked for again. */
  readonly freshUntil: number
}

export type RemoteSourcesParts = {
  readonly client: GuardedClient
  readonly clock: Clock
  readonly renditions: RenditionCache
  /** Bounds how many are fetched at once, and with them the memory. */
  readonly fetchQueue: RenderQueue
  /** Where what came is looked at. */
  readonly probeQueue: RenderQueue
  readonly userAgent: string
  readonly permits: (url: URL) => boolean
}

export type RemoteSources = {
  /**
   * What lies at an address: as it was found before while that is fresh, unless `anew`; else fetched, once for all who
   * ask meanwhile.
   * @throws AppError what `probe` refuses; `unavailable` when too many are fetched.
   */
  find(url: URL, anew: boolean): Promise<RemoteSource | SourceFault>
  /** The bytes; undefined when they have been pushed out. */
  read(source: RemoteSource): Promise<Uint8Array | undefined>
}

/** Said to sources, so that two servers that fetch from each other do not do so for ever. */
export const viaMark = 'image-resizing'

const mostRedirects = 5
const fetchWithinMs = 30_000

/** Files that hold no picture; other foreign ones are pictures of a format that is not taken. */
const noPictures: ReadonlySet<string | undefined> = new Set([undefined, 'gzip', 'PDF', 'HTML', 'XML'])

const factsKey = (url: URL): RenditionKey => ({ image: `source ${url.href}`, rendition: 'facts 1' })
const bytesKey = (name: string): RenditionKey => ({ image: name, rendition: 'original' })

const isFormat = (value: unknown): value is ImageFormat => typeof value === 'string' && Object.hasOwn(mimeTypes, value)

/** What an earlier look at an address found; undefined for what is none. */
const readFacts = (bytes: Uint8Array): RemoteSource | undefined => {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
  if (typeof value !== 'object' || value === null) return undefined
  const { name, format, width, height, freshUntil }: Record<string, unknown> = { ...value }
  if (typeof name !== 'string' || !isFormat(format)) return undefined
  if (typeof width !== 'number' || typeof height !== 'number' || typeof freshUntil !== 'number') return undefined
  return { name, format, width, height, freshUntil }
}

const noPicture = (bytes: Uint8Array): SourceFault | undefined => {
  if (sniff(bytes)) return undefined
  const foreign = foreignFormat(bytes)
  return noPictures.has(foreign)
    ? { fault: 'no_image', reason: `The source is ${foreign ?? 'no image'}; it must be an image` }
    : { fault: 'format_unsupported', reason: `The source is ${foreign}, which is not supported` }
}

/**
 * Images elsewhere. What was fetched and what is known of it lie in the rendition cache, so that they are bounded with
 * it, survive a restart, and no byte is held in memory while a render waits for its turn.
 */
export const createRemoteSources = (parts: RemoteSourcesParts): RemoteSources => {
  const { clock, renditions, fetchQueue, probeQueue, userAgent, permits } = parts
  const singleFlight = createSingleFlight<RemoteSource | SourceFault>()

  const take = async (url: URL): Promise<{ file: FetchedFile; bytes: Uint8Array }> => {
    const collector = createByteCollector()
    const file = await fetchFile(parts, {
      from: fileAddress(url),
      headers: { accept: 'image/*', 'user-agent': userAgent, via: `1.1 imagehooks (${viaMark})` },
      withinMs: fetchWithinMs,
      mostBytes: defaultLimits.fileBytes,
      mostRedirects,
      permits,
      receive: () => collector.take,
    })
    return { file, bytes: collector.bytes() }
  }

  const fetchNow = async (url: URL): Promise<RemoteSource | SourceFault> => {
    const { file, bytes } = await take(url)
    if (file.outcome !== 'fetched') return faultOfFetch(file)
    const wrong = noPicture(bytes)
    if (wrong) return wrong
    const { format, width, height } = await probeQueue.run(() => probe({ bytes }))
    const name = `bytes ${createHash('sha256').update(bytes).digest('hex')}`
    const found = { name, format, width, height, freshUntil: clock.now() + freshForMs(file.headers, clock.now()) }
    try {
      // The bytes first: facts without bytes would send everyone to fetch again.
      await renditions.put(bytesKey(name), bytes)
      await renditions.put(factsKey(url), Buffer.from(JSON.stringify(found)))
    } catch (error) {
      throw new AppError('unavailable', 'The source cannot be kept at the moment; try again later.', { cause: error })
    }
    return found
  }

  const findFresh = async (url: URL): Promise<RemoteSource | undefined> => {
    const kept = await renditions.get(factsKey(url))
    const found = kept && readFacts(kept.bytes)
    return found && found.freshUntil > clock.now() ? found : undefined
  }

  return {
    async find(url, anew) {
      const fresh = anew ? undefined : await findFresh(url)
      return fresh ?? singleFlight(url.href, () => fetchQueue.run(() => fetchNow(url)))
    },
    read: async ({ name }) => (await renditions.get(bytesKey(name)))?.bytes,
  }
}
