import type { LatencySketch } from '../domain/latency-sketch.ts'
import type { Tally } from '../domain/tally.ts'
import type { Database, Row, Unit } from './database.ts'
import { insertRows } from './batches.ts'
import { jsonObject, number } from './row.ts'

/** A span of time that counts are kept by. Each count is kept by minutes, for a day, and by hours, for a month. */
export const minuteSpanMs = 60_000
export const hourSpanMs = 3_600_000
export const spansMs: readonly number[] = [minuteSpanMs, hourSpanMs]

/** How long the counts of a span are kept, in milliseconds: a little longer than the longest window that reads them. */
export const keptMs = (spanMs: number): number => (spanMs === minuteSpanMs ? 26 : 31 * 24) * 3_600_000

/** The beginning of the span that an instant falls into. */
export const bucketOf = (instantMs: number, spanMs: number): number => instantMs - (instantMs % spanMs)

/** What one part says: the endpoint or account it counts for, the time, and its writer's own name for it. */
export type TallyPart = {
  readonly subjectId: string
  readonly spanMs: number
  readonly bucketAt: number
  readonly part: string
  readonly tally: Tally
}

/** Writes parts whole, over what they held before; each part once. */
export const putTallyParts = (parts: readonly TallyPart[]): Unit =>
  insertRows(
    {
      into: 'insert into tally_part (subject_id, span_ms, bucket_at, part, counts)',
      columnCount: 5,
      after: 'on conflict (subject_id, span_ms, bucket_at, part) do update set counts = excluded.counts',
    },
    parts.map(({ subjectId, spanMs, bucketAt, part, tally }) => [
      subjectId,
      spanMs,
      bucketAt,
      part,
      JSON.stringify(tally),
    ]),
  )

const counts = (value: unknown): Record<string, number> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, count]) => [key, Number(count)]))
    : {}

const toTally = (row: Row): Tally => {
  const stored = jsonObject(row, 'counts')
  const latency: LatencySketch = counts(stored['latency'])
  return {
    attempts: Number(stored['attempts'] ?? 0),
    succeeded: Number(stored['succeeded'] ?? 0),
    failures: counts(stored['failures']),
    deliveriesSucceeded: Number(stored['deliveriesSucceeded'] ?? 0),
    deliveriesDead: Number(stored['deliveriesDead'] ?? 0),
    latency,
  }
}

/** All parts of an endpoint or account from an instant on, by time. */
export const readTallies = async (
  database: Database,
  subjectId: string,
  spanMs: number,
  from: number,
): Promise<readonly { readonly bucketAt: number; readonly tally: Tally }[]> =>
  (
    await database.read(
      `select bucket_at, counts from tally_part where subject_id = $1 and span_ms = $2 and bucket_at >= $3
       order by bucket_at`,
      [subjectId, spanMs, from],
    )
  ).map((row) => ({ bucketAt: number(row, 'bucket_at'), tally: toTally(row) }))

/** An account's uploads from an instant on, by time. */
export const readUploadTallies = async (
  database: Database,
  accountId: string,
  spanMs: number,
  from: number,
): Promise<readonly { readonly bucketAt: number; readonly imageCount: number }[]> =>
  (
    await database.read(
      `select bucket_at, image_count from upload_tally where account_id = $1 and span_ms = $2 and bucket_at >= $3
       order by bucket_at`,
      [accountId, spanMs, from],
    )
  ).map((row) => ({ bucketAt: number(row, 'bucket_at'), imageCount: number(row, 'image_count') }))

/** How far uploads were counted, and how far they can be. */
export const readUploadCursor = async (
  database: Database,
): Promise<{ readonly countedTo: number; readonly lastPosition: number }> => {
  const [row] = await database.read(
    `select (select position from upload_tally_cursor where id = 1) as counted_to,
            (select last_position from feed_sequence where id = 1) as last_position`,
    [],
  )
  if (!row) throw new Error('The feed has no sequence.')
  return { countedTo: number(row, 'counted_to'), lastPosition: number(row, 'last_position') }
}

/**
 * Counts the uploads between two positions of the feed, the second included. The feed has no gaps up to its last position,
 * so nothing is missed; the unit does not hold when somebody else counted them meanwhile, so nothing is counted twice.
 */
export const countUploads = (from: number, to: number): Unit => [
  {
    sql: 'update upload_tally_cursor set position = $2 where id = 1 and position = $1',
    parameters: [from, to],
    expect: 1,
  },
  ...spansMs.map((spanMs) => ({
    sql: `insert into upload_tally (account_id, span_ms, bucket_at, image_count)
          select event.account_id, ${spanMs}, event.created_at - event.created_at % ${spanMs} as bucket, count(*)
          from event_feed join event on event.id = event_feed.event_id
          where event_feed.position > $1 and event_feed.position <= $2 and event.type = 'image.uploaded'
          group by event.account_id, bucket
          on conflict (account_id, span_ms, bucket_at)
          do update set image_count = upload_tally.image_count + excluded.image_count`,
    parameters: [from, to],
  })),
]

/** Deletes up to `limit` parts and upload counts each of a span from before an instant. */
export const deleteTallies = (spanMs: number, before: number, limit: number): Unit => [
  {
    sql: `delete from tally_part where (subject_id, span_ms, bucket_at, part) in (
            select subject_id, span_ms, bucket_at, part from tally_part where span_ms = $1 and bucket_at < $2 limit $3)`,
    parameters: [spanMs, before, limit],
  },
  {
    sql: `delete from upload_tally where (account_id, span_ms, bucket_at) in (
            select account_id, span_ms, bucket_at from upload_tally where span_ms = $1 and bucket_at < $2 limit $3)`,
    parameters: [spanMs, before, limit],
  },
]
