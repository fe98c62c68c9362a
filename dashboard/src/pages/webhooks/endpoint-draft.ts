import type { Endpoint, EndpointWish } from './endpoints.ts'

/** An endpoint as it is typed. */
export type EndpointDraft = {
  readonly url: string
  readonly name: string
  readonly events: readonly string[]
  readonly secret: string
  /** A line each: `name: value`. Empty: those that are there stay. */
  readonly headers: string
  readonly maxConcurrency: string
  readonly rateLimit: string
  readonly timeoutSeconds: string
  readonly ordered: boolean
}

export const draftOf = (endpoint: Endpoint | undefined): EndpointDraft => ({
  url: endpoint?.url ?? '',
  name: endpoint?.name ?? '',
  events: endpoint?.events ?? ['image.uploaded'],
  secret: '',
  headers: '',
  maxConcurrency: String(endpoint?.max_concurrency ?? ''),
  rateLimit: String(endpoint?.rate_limit ?? ''),
  timeoutSeconds: String(endpoint?.timeout_seconds ?? ''),
  ordered: endpoint?.ordered ?? false,
})

const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text))

const headersOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const colon = line.indexOf(':')
        return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
      }),
  )

/** What the API is asked for. A URL that is not typed yet is left out. */
export const wishOf = (draft: EndpointDraft): EndpointWish => ({
  ...(draft.url.trim() !== '' && { url: draft.url.trim() }),
  name: draft.name,
  events: draft.events,
  ...(draft.secret !== '' && { secret: draft.secret }),
  ...(draft.headers.trim() !== '' && { headers: headersOf(draft.headers) }),
  max_concurrency: numberOrNull(draft.maxConcurrency),
  rate_limit: numberOrNull(draft.rateLimit),
  timeout_seconds: numberOrNull(draft.timeoutSeconds),
  ordered: draft.ordered,
})
