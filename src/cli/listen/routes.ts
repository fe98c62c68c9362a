import { ConfigError } from '../../config/config-error.ts'
import { readEventTypes, readPostUrl } from '../read-flags.ts'

/** Where each event goes. */
export type Routes = {
  /** All of it in one text: what tells one listener from another. */
  readonly name: string
  readonly urls: readonly URL[]
  /** What is asked for; empty for every type, those of a newer server too. */
  readonly types: readonly string[]
  /** Undefined for a type that goes nowhere. */
  urlOf(type: string): URL | undefined
}

export type RouteFlags = {
  readonly forwardTo?: string | undefined
  /** Each `types=url`. */
  readonly route?: readonly string[] | undefined
  readonly events?: string | undefined
}

const readRoute = (text: string): readonly (readonly [type: string, url: URL])[] => {
  const [, types, target] = /^([a-z_.,\s]+)=(.+)$/s.exec(text) ?? []
  if (types === undefined || target === undefined)
    throw new ConfigError('--route must be written as types=url, such as image.deleted=http://127.0.0.1:8788/gone.')
  const url = readPostUrl('--route', target)
  return readEventTypes(types, '--route').map((type) => [type, url])
}

/** One URL for all that is wanted, others for some types, or only the latter. */
export const readRoutes = ({ forwardTo, route = [], events }: RouteFlags): Routes => {
  const rest = forwardTo === undefined ? undefined : readPostUrl('--forward-to', forwardTo)
  const routed = new Map<string, URL>(route.flatMap(readRoute))
  if (!rest && routed.size === 0)
    throw new ConfigError('Say where events are forwarded to: --forward-to http://127.0.0.1:8787/webhooks.')
  const wanted = events === undefined ? undefined : readEventTypes(events)
  const types = rest
    ? (wanted ?? [])
    : [...routed.keys()].filter((type) => !wanted || wanted.some((each) => each === type))
  if (types.length === 0 && !rest) throw new ConfigError('--events names none of the types that --route has.')
  const named = [...routed].map(([type, { href }]) => `${type}=${href}`).toSorted()
  return {
    name: [...(rest ? [rest.href] : []), ...named].join(' '),
    urls: [...new Map([...(rest ? [rest] : []), ...routed.values()].map((url) => [url.href, url])).values()],
    types,
    urlOf: (type) => routed.get(type) ?? rest,
  }
}
