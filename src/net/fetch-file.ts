import type { Clock } from '../domain/clock.ts'
import type { BodySink, ResponseHeader } from './exchange.ts'
import type { GuardedClient, SendResult } from './guarded-client.ts'
import type { NetworkFailure } from './network-error.ts'

/** Where a file is fetched from. */
export type FileAddress = {
  /** Without user information and fragment. */
  readonly url: URL
  /** The header that says what stood as user information; never logged, never stored. */
  readonly authorization: string | undefined
}

export type FileRequest = {
  readonly from: FileAddress
  /** Beside `accept-encoding` and the authorization. */
  readonly headers: Readonly<Record<string, string>>
  /** For everything: all redirects, and the last byte. */
  readonly withinMs: number
  readonly mostBytes: number
  readonly mostRedirects: number
  /** Judges where a redirect leads. Default: any web address; the client judges what it connects to in any case. */
  readonly permits?: (url: URL) => boolean
  /** Called when the file comes: takes it piece by piece, as a body's sink does. */
  readonly receive: () => BodySink['take']
}

/** What came of a fetch. Every outcome but `fetched` leaves the taker with a part of the file or with nothing. */
export type FetchedFile =
  | { readonly outcome: 'fetched'; readonly headers: readonly ResponseHeader[] }
  | { readonly outcome: 'status'; readonly status: number }
  | { readonly outcome: 'failed'; readonly error: NetworkFailure }
  | {
      readonly outcome:
        | 'too_large'
        | 'broken_off'
        /** In an encoding that was not asked for. */
        | 'compressed'
        | 'redirect_nowhere'
        | 'redirect_refused'
        | 'too_many_redirects'
    }

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Percent escapes read, where they make sense. */
export const decodedLeniently = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** RFC 7617 §2, with UTF-8. */
const basic = ({ username, password }: URL): string | undefined =>
  username === '' && password === ''
    ? undefined
    : `Basic ${Buffer.from(`${decodedLeniently(username)}:${decodedLeniently(password)}`).toString('base64')}`

/** An address with its user information as a header, and without its fragment. */
export const fileAddress = (url: URL): FileAddress => {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  bare.hash = ''
  return { url: bare, authorization: basic(url) }
}

/** The first header of a name in lower case. */
export const headerOf = (headers: readonly ResponseHeader[], wanted: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1]

type Hop = FileAddress | 'redirect_nowhere' | 'redirect_refused'

/** Where a redirect leads. Credentials stay with the origin that they were given for. */
const nextHop = (from: FileAddress, { responseHeaders }: SendResult, { permits }: FileRequest): Hop => {
  const location = headerOf(responseHeaders, 'location')
  const target = location === undefined ? null : URL.parse(location, from.url)
  if (!target) return 'redirect_nowhere'
  const isWeb = target.protocol === 'https:' || target.protocol === 'http:'
  if (!isWeb || (permits && !permits(target))) return 'redirect_refused'
  const next = fileAddress(target)
  const kept = target.origin === from.url.origin ? from.authorization : undefined
  return { url: next.url, authorization: next.authorization ?? kept }
}

const comesAsItIs = (headers: readonly ResponseHeader[]): boolean =>
  (headerOf(headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity') === 'identity'

/** What the answer of the last hop comes to; undefined: it leads elsewhere. */
const outcomeOf = (result: SendResult, takenBytes: number, mostBytes: number): FetchedFile | undefined => {
  const { error, status = 0, truncated, responseHeaders } = result
  if (error) return { outcome: 'failed', error }
  if (redirects.has(status)) return undefined
  if (status !== 200) return { outcome: 'status', status }
  if (takenBytes > mostBytes) return { outcome: 'too_large' }
  if (truncated) return { outcome: 'broken_off' }
  return comesAsItIs(responseHeaders) ? { outcome: 'fetched', headers: responseHeaders } : { outcome: 'compressed' }
}

/**
 * Fetches a file of the hostile outside, piece by piece as it comes. Redirects are followed by hand, so that each address
 * is judged before it is connected to. Bounded in time, in bytes and in redirects; never rejects.
 */
export const fetchFile = async (
  { client, clock }: { readonly client: GuardedClient; readonly clock: Clock },
  request: FileRequest,
): Promise<FetchedFile> => {
  const { mostBytes, mostRedirects } = request
  const endsAt = clock.monotonic() + request.withinMs
  let from = request.from
  for (let hops = 0; hops <= mostRedirects; hops++) {
    let takenBytes = 0
    let take: BodySink['take'] | undefined
    const result = await client.send({
      url: from.url,
      method: 'GET',
      headers: {
        ...request.headers,
        'accept-encoding': 'identity',
        ...(from.authorization !== undefined && { authorization: from.authorization }),
      },
      body: new Uint8Array(),
      timeoutMs: Math.max(0, endsAt - clock.monotonic()),
      sink: {
        wants(status) {
          if (status === 200) take = request.receive()
          return status === 200
        },
        take(chunk) {
          takenBytes += chunk.length
          return takenBytes > mostBytes ? Promise.reject(new Error('No more is taken.')) : take?.(chunk)
        },
      },
    })
    const outcome = outcomeOf(result, takenBytes, mostBytes)
    if (outcome) return outcome
    const next = nextHop(from, result, request)
    if (typeof next === 'string') return { outcome: next }
    from = next
  }
  return { outcome: 'too_many_redirects' }
}
