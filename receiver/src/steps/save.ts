import type { JsonObject, WebhookEvent } from '../events/events.ts'
import type { Delivery } from '../pipeline/delivery.ts'
import { type FromEnv, fromEnv } from '../pipeline/options.ts'
import { Refusal } from '../pipeline/refusal.ts'
import type { SqlDatabase, SqlValue } from '../sql/database.ts'
import type { Step, StepTerms } from './step.ts'

/** A statement with `$1`, `$2` …, and its values; one that is undefined becomes null. */
export type SaveStatement = readonly [sql: string, ...values: (SqlValue | undefined)[]]

/** What is saved, and where. */
export type SaveOptions<Event extends WebhookEvent, Env> = StepTerms<Event, Env> & {
  /** `d1Database(env.DB)`, `sqliteDatabase(…)` or `postgresDatabase(…)`. */
  database: FromEnv<SqlDatabase, Env>
  /** The statement for an event, which must be safe to repeat. Default: {@link imageStatement}. */
  statement?: (delivery: Delivery<Event, Env>) => SaveStatement
}

/** A newer event of the image has the last word, in whatever order they come; a deleted image leaves its row. */
const upsertSql = `insert into imagehooks_image
  (account_id, image_id, event_at, filename, uploaded_at, require_signed_urls, creator, metadata, deleted_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (account_id, image_id) do update set
  event_at = excluded.event_at, filename = excluded.filename, uploaded_at = excluded.uploaded_at,
  require_signed_urls = excluded.require_signed_urls, creator = excluded.creator, metadata = excluded.metadata,
  deleted_at = excluded.deleted_at
where excluded.event_at >= imagehooks_image.event_at`

/** Metadata as it is kept. What is nested so deeply that it can be read but not written would fail for ever. */
const textOf = (metadata: JsonObject): string => {
  try {
    return JSON.stringify(metadata)
  } catch (cause) {
    throw new Refusal('The metadata is nested too deeply to be saved.', { cause })
  }
}

/** The row of `imagehooks_image` as an event tells it. An upload that failed leaves no row. */
export const imageStatement = ({ event, timestamp, accountId, image }: WebhookEvent): SaveStatement | undefined => {
  if (event === 'image.upload_failed') return undefined
  const at = Date.parse(timestamp)
  return [
    upsertSql,
    accountId,
    image.id,
    at,
    image.filename,
    Date.parse(image.uploaded),
    image.requireSignedURLs ? 1 : 0,
    image.creator,
    image.metadata && textOf(image.metadata),
    event === 'image.deleted' ? at : undefined,
  ]
}

/**
 * Pattern 1 of the guide: writes a row for the image. By default one of `imagehooks_image` (`tables.sql`), which
 * follows `image.*`: an older event that comes late changes nothing.
 */
export const save = <Event extends WebhookEvent = WebhookEvent, Env = void>({
  database,
  statement,
  ...terms
}: SaveOptions<Event, Env>): Step<Event, Env> => ({
  name: 'save',
  ...terms,
  async run(delivery) {
    const [sql, ...values] = statement?.(delivery) ?? imageStatement(delivery.event) ?? []
    if (sql === undefined) return
    await fromEnv(database, delivery.env).query(sql, ...values.map((value) => value ?? null))
  },
})
