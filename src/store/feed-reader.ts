import { eventTypes, type EventType } from '@imagehooks/receiver'
import type { Database, Row } from './database.ts'
import { bytes, number, numberOrNull, text, textOrNull, word } from './row.ts'

/** An event at its place in the feed. */
export type FeedEvent = {
  readonly position: number
  readonly id: string
  readonly type: EventType
  readonly createdAt: number
  /** The bytes that webhooks carry. */
  readonly body: Uint8Array
}

/** The positions that can be read, over all accounts: above `floor` nothing was removed, above `last` nothing is. */
export type FeedBounds = { readonly floor: number; readonly last: number }

/** What one look into the feed came to. */
export type FeedScan = {
  readonly bounds: FeedBounds
  readonly events: readonly FeedEvent[]
  /** How many places of the account were looked at, whatever their type. */
  readonly scannedCount: number
  /** The last place looked at; where none was, the one the scan began behind. */
  readonly reached: number
}

const floor = 'select removed_through from feed_retention where id = 1'

const toBounds = (row: Row): FeedBounds => ({ floor: number(row, 'floor'), last: number(row, 'last_position') })

/** Where the feed begins and ends now. */
export const readFeedBounds = async (database: Pick<Database, 'read'>): Promise<FeedBounds> => {
  const [row] = await database.read(`select last_position, (${floor}) as floor from feed_sequence where id = 1`, [])
  if (!row) throw new Error('The feed has no sequence.')
  return toBounds(row)
}

const typePlaces = eventTypes.map((_, index) => `$${index + 4}`).join(', ')

/**
 * Bounds and places stand in one statement, so that they are of one moment: what retention removes meanwhile cannot be
 * passed over unseen. Bodies of other types are not read.
 */
const scanSqlOf = (places: string): string => `select feed_sequence.last_position, (${floor}) as floor,
    page.position, event.id, event.type, event.created_at,
    case when event.type in (${typePlaces}) then event.body end as body
  from feed_sequence
  left join (${places}) as page on 1 = 1
  left join event on event.id = page.event_id
  where feed_sequence.id = 1`

const scanSql = scanSqlOf(`select event_id, position from event_feed
    where account_id = $1 and position > $2 and position is not null order by position limit $3`)

/** An image's events have their places in the order of their times, which is that of the index. */
const scanImageSql = scanSqlOf(`select event_feed.event_id, event_feed.position
    from event join event_feed on event_feed.event_id = event.id
    where event.account_id = $1 and event.image_id = $${eventTypes.length + 4}
      and event_feed.position > $2 and event_feed.position is not null
    order by event.created_at limit $3`)

/** What of an account's feed is looked at. */
export type FeedWish = {
  readonly after: number
  readonly types: readonly EventType[]
  /** Places. */
  readonly limit: number
  /** One image's events alone. Default: all images'. */
  readonly imageId?: string | undefined
}

/** Looks at up to `limit` places of an account, or of one of its images, behind `after`; answers the events of those types. */
export const scanFeed = async (
  database: Pick<Database, 'read'>,
  accountId: string,
  { after, types, limit, imageId }: FeedWish,
): Promise<FeedScan> => {
  const wanted = eventTypes.map((type) => (types.includes(type) ? type : ''))
  const parameters = [accountId, after, limit, ...wanted]
  const rows = await (imageId === undefined
    ? database.read(scanSql, parameters)
    : database.read(scanImageSql, [...parameters, imageId]))
  const [first] = rows
  if (!first) throw new Error('The feed has no sequence.')
  const places = rows
    .filter((row) => numberOrNull(row, 'position') !== null)
    .toSorted((one, other) => number(one, 'position') - number(other, 'position'))
  const last = places.at(-1)
  return {
    bounds: toBounds(first),
    scannedCount: places.length,
    reached: last ? number(last, 'position') : after,
    events: places.flatMap((row) => {
      // An event that retention is about to remove may be gone before its place is.
      const type = textOrNull(row, 'type') === null ? undefined : word(row, 'type', eventTypes)
      if (!type || !types.includes(type)) return []
      return [
        {
          position: number(row, 'position'),
          id: text(row, 'id'),
          type,
          createdAt: number(row, 'created_at'),
          body: bytes(row, 'body'),
        },
      ]
    }),
  }
}
