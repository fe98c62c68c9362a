import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Transform } from '../domain/transform.ts'
import { parseTransform } from '../domain/transform-options.ts'
import type { Hints } from './hints.ts'
import { type RemoteSource, type RemoteSources, viaMark } from './remote-source.ts'
import { etagOf, planRendition } from './rendition-plan.ts'
import type { GetRendition, Rendition } from './renditions.ts'
import { type AnswerFacts, isHeld } from './serve.ts'
import { isFault, type SourceFault } from './source-fault.ts'

/** What a URL of a transformed image elsewhere and its request say. */
export type RemoteRequest = {
  /** As they were sent. */
  readonly options: string
  /** As it was sent, with its query: a web address, or a path of this server's own public address. */
  readonly source: string
  readonly hints: Hints
  readonly ifNoneMatch: string | undefined
  /** Who handed the request on, as `Via` says. */
  readonly via: string | undefined
}

export type ServedRemote =
  | ({ readonly outcome: 'refused' } & SourceFault)
  /** `onerror=redirect`: the source shall be shown as it is. */
  | { readonly outcome: 'redirect'; readonly url: string }
  | ({ readonly outcome: 'unchanged' } & AnswerFacts)
  | ({ readonly outcome: 'found' } & AnswerFacts & Rendition)

export type ServeRemote = (request: RemoteRequest) => Promise<ServedRemote>

export type ServeRemoteParts = {
  readonly sources: RemoteSources
  readonly clock: Clock
  readonly getRendition: GetRendition
  readonly publicUrl: () => string
  /** Whether `http:` will do; else `https:` alone. */
  readonly plainHttp: boolean
  /** Whether the operator allows this address. */
  readonly permits: (url: URL) => boolean
}

const longestSource = 4096

/** An address, whole or percent-encoded, or a path of our own. */
const addressOf = (source: string, publicUrl: string): URL | null => {
  const text = /^https?%3a/i.test(source) ? decodeURIComponent(source) : source
  return /^[a-z][a-z\d+.-]*:/i.test(text) ? URL.parse(text) : URL.parse(`${publicUrl}/${text}`)
}

const readAddress = (source: string, publicUrl: string, plainHttp: boolean): URL | SourceFault => {
  const bad = (reason: string): SourceFault => ({ fault: 'bad_url', reason })
  if (source.length > longestSource) return bad(`The source must be at most ${longestSource} characters long`)
  let url: URL | null
  try {
    url = addressOf(source, publicUrl)
  } catch {
    return bad('The source must be well encoded')
  }
  if (!url) return bad('The source must be a complete address or a path')
  if (url.protocol !== 'https:' && !(plainHttp && url.protocol === 'http:'))
    return bad('The source must begin with https://')
  if (url.username !== '' || url.password !== '') return bad('The source must hold no user name and no password')
  url.hash = ''
  return url
}

/** Without a format a picture keeps its own, as Cloudflare has it for sources that it does not host. */
const withFormat = (wish: Transform, { format }: RemoteSource): Transform => ({
  ...wish,
  format: wish.format ?? (format === 'heic' ? 'jpeg' : format),
})

/**
 * Serves images that lie elsewhere, from addresses that the operator allows. Nothing is fetched for a request that came
 * through a server of this kind already, nor to learn that a browser holds the present rendition while it is fresh.
 * @throws AppError for options or images that cannot be carried out; `unavailable` when too many are in work.
 */
export const createServeRemote = ({
  sources,
  clock,
  getRendition,
  publicUrl,
  plainHttp,
  permits,
}: ServeRemoteParts): ServeRemote => {
  const show = async (url: URL, wish: Transform, request: RemoteRequest): Promise<ServedRemote> => {
    for (const anew of [false, true]) {
      const source = await sources.find(url, anew)
      if (isFault(source)) return { outcome: 'refused', ...source }
      const plan = planRendition(source, withFormat(wish, source), request.hints)
      const maxAgeSeconds = Math.max(0, Math.floor((source.freshUntil - clock.now()) / 1000))
      const caching = { isPrivate: false, maxAgeSeconds }
      const facts: AnswerFacts = { etag: etagOf(source.name, plan.name), caching, vary: plan.vary }
      if (isHeld(facts.etag, request.ifNoneMatch)) return { outcome: 'unchanged', ...facts }
      const rendition = await getRendition({ name: source.name, read: () => sources.read(source) }, plan)
      if (rendition) return { outcome: 'found', ...facts, ...rendition }
    }
    throw new AppError('unavailable', 'The source could not be kept long enough; try again in a moment.')
  }

  return async (request) => {
    const wish = parseTransform(request.options)
    const url = readAddress(request.source, publicUrl(), plainHttp)
    if (isFault(url)) return { outcome: 'refused', ...url }
    if (!permits(url)) return { outcome: 'refused', fault: 'not_allowed', reason: 'This source is not allowed here' }
    if (request.via?.includes(viaMark))
      return {
        outcome: 'refused',
        fault: 'loop',
        reason: 'The image was asked for by a server that transforms it already',
      }
    const instead: ServedRemote | undefined =
      wish.onError === 'redirect' ? { outcome: 'redirect', url: url.href } : undefined
    try {
      const served = await show(url, wish, request)
      return served.outcome === 'refused' && instead ? instead : served
    } catch (error) {
      if (instead && error instanceof AppError) return instead
      throw error
    }
  }
}
