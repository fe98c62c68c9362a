import type { EventType, JsonObject, WebhookEvent } from '../events/events.ts'
import type { Delivery } from '../pipeline/delivery.ts'
import { type FromEnv, fromEnv } from '../pipeline/options.ts'
import { call, type Fetch, idempotencyKey } from './call.ts'
import type { Step, StepTerms } from './step.ts'

/** Who is told what, and by which server. */
export type NotifyOptions<Event extends WebhookEvent, Env> = StepTerms<Event, Env> & {
  /** The notification API. */
  url: FromEnv<string, Env>
  /** Its credentials, for example. */
  headers?: FromEnv<Record<string, string>, Env>
  /**
   * The body for an event; undefined tells nobody. Find the user in your own tables: what the image's metadata says is
   * the uploader's word. `imageMessage` makes a text of untrusted names.
   */
  message: (delivery: Delivery<Event, Env>) => JsonObject | undefined | Promise<JsonObject | undefined>
  fetch?: Fetch
}

const verbs: Record<EventType, string> = {
  'image.uploaded': 'has been uploaded',
  'image.upload_failed': 'could not be uploaded',
  'image.updated': 'has been changed',
  'image.deleted': 'has been deleted',
}

const nameLengthLimit = 100

/** A name as it may stand in a text: no control characters, none that turn the direction of writing, 100 at most. */
export const shownName = (name: string): string =>
  [...name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')].slice(0, nameLengthLimit).join('')

/** The guide's sentence for an event: `Your image profile.jpg has been uploaded`. Plain text, not markup. */
export const imageMessage = ({ event, image }: WebhookEvent): string =>
  `Your image ${shownName(image.filename)} ${verbs[event]}`

/**
 * Pattern 3 of the guide: posts JSON to a notification API, with an `idempotency-key` that is the same however often
 * the event comes. Any answer but 2xx is a failure.
 */
export const notify = <Event extends WebhookEvent = WebhookEvent, Env = void>({
  url,
  headers = {},
  message,
  fetch = globalThis.fetch,
  ...terms
}: NotifyOptions<Event, Env>): Step<Event, Env> => ({
  name: 'notify',
  ...terms,
  async run(delivery, signal) {
    const { key, env } = delivery
    const json = await message(delivery)
    if (!json) return
    const response = await call(fetch, {
      method: 'POST',
      url: fromEnv(url, env),
      headers: { 'idempotency-key': await idempotencyKey(key), ...fromEnv(headers, env) },
      json,
      signal,
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`The notification API answered ${response.status}.`)
  },
})
