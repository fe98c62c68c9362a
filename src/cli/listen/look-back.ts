import { ApiError } from '../../client/api-error.ts'
import type { Client } from '../../client/client.ts'
import type { FeedEvent } from '../../client/feed.ts'
import { ConfigError } from '../../config/config-error.ts'
import { instantOf } from '../../domain/id.ts'

/** Events stand in the feed by when they were committed, which may be so long after they were made. */
const commitMs = 60_000
const pageSize = 100

type Page = { readonly events: readonly FeedEvent[]; readonly next: string }

const read = (client: Client, after: string, limit: number): Promise<Page> =>
  client.call('getImagesV1WebhooksEvents', { query: { after, limit: String(limit) } })

/** The first event behind a position; `expired` where what stood there was removed. */
const firstBehind = async (client: Client, position: number): Promise<FeedEvent | 'expired' | undefined> => {
  try {
    return (await read(client, String(position), 1)).events[0]
  } catch (error) {
    if (error instanceof ApiError && error.status === 410) return 'expired'
    throw error
  }
}

/** The cursor behind which all events since an instant stand, found by halving: some thirty requests in a feed of any length. */
export const cursorAt = async (client: Client, sinceMs: number): Promise<string> => {
  let low = 0
  let high = Number((await read(client, 'latest', 1)).next)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const event = await firstBehind(client, middle)
    if (event === 'expired') low = middle + 1
    else if (event && Date.parse(event.created) < sinceMs) low = Math.max(middle + 1, Number(event.cursor))
    else high = middle
  }
  // Empty is the oldest that is kept, which a cursor at the very beginning may be older than.
  return low === 0 ? '' : String(low)
}

/**
 * One event of the feed.
 * @throws ConfigError where it is not in the feed, or no longer.
 */
export const findEvent = async (client: Client, id: string): Promise<FeedEvent> => {
  const madeAt = instantOf('evt', id)
  if (madeAt === undefined) throw new ConfigError(`"${id}" is not the id of an event (evt_…).`)
  for (let after = await cursorAt(client, madeAt - commitMs); ;) {
    const { events, next } = await read(client, after, pageSize)
    const event = events.find((each) => each.id === id)
    if (event) return event
    const newest = events.at(-1)
    if (!newest || Date.parse(newest.created) > madeAt + commitMs)
      throw new ConfigError(`The event ${id} is not in the feed of this account, or it was removed by the retention.`)
    after = next
  }
}
