import { addressOf } from './address.ts'
import { ApiError } from './api-error.ts'
import { apiPlaces, type ApiCalls } from './api-types.ts'
import { AnswerError, fieldsOf, textOf } from './read.ts'
import type { Transport } from './transport.ts'

export type FeedEvent = ApiCalls['getImagesV1WebhooksEvents']['result']['events'][number]

/** What the feed says: an event, or only how far the reader has come. */
export type FeedMessage = {
  /** The feed goes on behind it. */
  readonly cursor: string
  readonly event?: FeedEvent
}

export type FeedQuery = {
  /** A cursor, `latest`, or empty for the oldest event that is kept. */
  readonly after: string
  /** Event types; empty for all. */
  readonly types: readonly string[]
  /** One image's events alone. Default: all images'. */
  readonly imageId?: string | undefined
  readonly signal: AbortSignal
  /** Called whenever bytes have come, also those that say no more than that the connection lives. */
  readonly onSign?: () => void
}

/** An event with a body of 64 KiB, in JSON inside JSON, stays far below. */
const longestBlock = 4_194_304

const parse = (data: string): unknown => {
  try {
    return JSON.parse(data)
  } catch {
    throw new AnswerError('The server sent an event that is no JSON; it may be another version.')
  }
}

const readEvent = (data: string): FeedEvent => {
  const fields = fieldsOf(parse(data), 'data')
  const text = (name: string): string => textOf(fields, name)
  return { id: text('id'), type: text('type'), created: text('created'), cursor: text('cursor'), body: text('body') }
}

/** Reads one block of lines (WHATWG HTML, section 9.2.6); undefined for one that says nothing. */
const readBlock = (block: string): FeedMessage | undefined => {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^([a-z]+): ?(.*)$/.exec(line) ?? []
    if (name) fields.set(name, value)
  }
  const cursor = fields.get('id')
  const data = fields.get('data')
  if (cursor === undefined) return undefined
  return data === undefined ? { cursor } : { cursor, event: readEvent(data) }
}

const isStream = (response: Response): boolean =>
  /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')

/**
 * Follows the feed over one connection. Ends when the server ends it; rejects as calls do, when the line breaks, and with
 * a {@link AnswerError}.
 */
export async function* readFeed(transport: Transport, query: FeedQuery): AsyncGenerator<FeedMessage> {
  const [method, place] = apiPlaces.getImagesV1WebhooksEvents
  const { signal } = query
  const { after, types, imageId } = query
  const path = addressOf(place, {}, { after, types: types.join(','), image_id: imageId })
  const response = await transport.open(method, path, { headers: { accept: 'text/event-stream' }, signal })
  if (!isStream(response)) {
    await response.body?.cancel()
    throw new ApiError('The server answered without a stream of events; check the URL.', {
      status: response.status,
      code: 0,
    })
  }
  // `TextDecoderStream` would take a byte order mark away; there is none in what the server writes.
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const bytes of response.body ?? []) {
      query.onSign?.()
      const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
      rest = blocks.pop() ?? ''
      if (rest.length > longestBlock) throw new AnswerError('The server sent more than an event can hold.')
      for (const block of blocks) {
        const message = readBlock(block)
        if (message) yield message
      }
    }
  } catch (cause) {
    if (cause instanceof AnswerError || signal.aborted) throw cause
    throw new ApiError('The connection to the server broke.', { status: 0, code: 0, cause })
  }
}
