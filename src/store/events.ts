import { eventTypes } from '@imagehooks/receiver'
import type { Event } from '../domain/event.ts'
import type { Database, Row, Statement, Unit, UnitOutcome } from './database.ts'
import { appendDeliveries } from './deliveries.ts'
import { appendToFeed } from './feed.ts'
import { inBatches } from './batches.ts'
import { bytes, flag, number, text, textOrNull, word } from './row.ts'

const toEvent = (row: Row): Event => {
  const traceParent = textOrNull(row, 'trace_parent')
  return {
    id: text(row, 'id'),
    accountId: text(row, 'account_id'),
    type: word(row, 'type', eventTypes),
    imageId: text(row, 'image_id'),
    createdAt: number(row, 'created_at'),
    test: flag(row, 'is_test'),
    body: bytes(row, 'body'),
    ...(traceParent !== null && { traceParent }),
  }
}

/** The event's own row. Its conflict means that the image already has an event of that millisecond. */
export const insertEvent = (event: Event): Statement => ({
  sql: `insert into event (id, account_id, type, image_id, created_at, is_test, body, trace_parent)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  parameters: [
    event.id,
    event.accountId,
    event.type,
    event.imageId,
    event.createdAt,
    event.test ? 1 : 0,
    event.body,
    event.traceParent ?? null,
  ],
  expect: 1,
})

/**
 * An event, its place in the feed, and one delivery for each endpoint of the account that wants it; the endpoints are
 * chosen inside the unit, so none that commits before is missed. Nothing is tried after `giveUpAt`.
 */
export const appendEvent = (event: Event, giveUpAt: number): Unit => [
  insertEvent(event),
  appendToFeed(event.id, event.accountId),
  appendDeliveries(event, giveUpAt),
]

/**
 * Holds when the image has no event of that time or later; else its unit is undone. It stands in a unit behind the
 * statement that takes the image's row, so that of two writers the second sees the first one's event.
 */
export const expectNoEventFrom = (accountId: string, imageId: string, from: number): Statement => ({
  sql: 'update event set is_test = is_test where account_id = $1 and image_id = $2 and created_at >= $3',
  parameters: [accountId, imageId, from],
  expect: 0,
})

/** Writes a unit and, once it is committed, tells the owners of the lanes that it put deliveries into. */
export const writeAndTell = async (database: Database, unit: Unit): Promise<UnitOutcome> => {
  const outcome = await database.write(unit)
  if (!outcome.committed) return outcome
  const lanes = new Set(
    outcome.rows.flat().flatMap((row) => (typeof row['lane_id'] === 'string' ? [row['lane_id']] : [])),
  )
  if (lanes.size > 0) database.notify({ topic: 'lane', ids: [...lanes] })
  return outcome
}

export const findEvent = async (database: Database, id: string): Promise<Event | undefined> => {
  const [row] = await database.read('select * from event where id = $1', [id])
  return row && toEvent(row)
}

const findEventsSql = (count: number): string =>
  `select * from event where id in (${Array.from({ length: count }, (_, index) => `$${index + 1}`).join(', ')})`

/** Those of the events that there are, by id. */
export const findEvents = async (database: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Event>> => {
  const pages = await Promise.all(inBatches(ids).map((batch) => database.read(findEventsSql(batch.length), batch)))
  return new Map(pages.flat().map((row) => [text(row, 'id'), toEvent(row)]))
}

/** The time of an image's latest event; undefined when it never had one. */
export const latestEventAt = async (
  database: Database,
  accountId: string,
  imageId: string,
): Promise<number | undefined> => {
  const [row] = await database.read(
    'select created_at from event where account_id = $1 and image_id = $2 order by created_at desc limit 1',
    [accountId, imageId],
  )
  return row && number(row, 'created_at')
}
