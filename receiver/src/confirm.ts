/** @module The image as the API tells it now, in place of what a webhook says of it. */
import type { EventImage, JsonValue, WebhookEvent } from './events/events.ts'
import { isJsonObject, parseEvent } from './events/parse-event.ts'
import { sampleEvent } from './events/samples.ts'
import type { Delivery, Handler } from './pipeline/delivery.ts'
import { type FromEnv, fromEnv } from './pipeline/options.ts'
import { answerJson, call, type Fetch } from './steps/call.ts'
import { imageCall, type ImagesApi } from './steps/images-api.ts'

export type { ImagesApi } from './steps/images-api.ts'

/** Whom to ask, and what to do where there is nothing. */
export type ConfirmOptions<Event extends WebhookEvent, Env> = {
  /** A token that may read images is enough. */
  images: FromEnv<ImagesApi, Env>
  /** What to do where the API has no such image, or none any more. `ignore` leaves the handler out; or a handler. */
  gone: 'ignore' | Handler<Event, Env>
  /** How long the API may take, in milliseconds. Default 10 000. */
  timeoutMs?: number
  /** Default the global `fetch`. */
  fetch?: Fetch
}

/** The image of an API's answer, as an event would tell it; undefined where it is none. */
const imageOf = (answer: unknown): EventImage | undefined => {
  const result: JsonValue | undefined = isJsonObject(answer) ? answer['result'] : undefined
  if (!isJsonObject(result)) return undefined
  const { meta, metadata = meta, creator, filename, ...rest } = result
  const image = {
    filename: filename ?? '',
    ...rest,
    // Cloudflare says null for what is not set.
    ...(isJsonObject(metadata) ? { metadata } : {}),
    ...(typeof creator === 'string' ? { creator } : {}),
  }
  const parsed = parseEvent({ ...sampleEvent('image.updated'), image })
  return parsed.ok ? parsed.event.image : undefined
}

/**
 * A handler whose event has the image as the API tells it now: of the webhook only the id is believed. It makes
 * Cloudflare's `cf-webhook-auth`, which proves no body, as good as a signature, and is never older than the event.
 * Rejects, so that the event comes again, where the API fails or says nothing that is an image.
 */
export const confirmed = <Event extends WebhookEvent = WebhookEvent, Env = void>(
  { images, gone, timeoutMs = 10_000, fetch = globalThis.fetch }: ConfirmOptions<Event, Env>,
  handler: Handler<Event, Env>,
): Handler<Event, Env> => {
  return async (delivery: Delivery<Event, Env>) => {
    const { id } = delivery.event.image
    const response = await call(fetch, {
      method: 'GET',
      ...imageCall(fromEnv(images, delivery.env), id),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const answer = await answerJson(response)
    if (response.status === 404) return gone === 'ignore' ? undefined : gone(delivery)
    if (!response.ok) throw new Error(`The Images API answered ${response.status}.`)
    const image = imageOf(answer)
    if (image?.id !== id) throw new Error('The Images API told of no such image.')
    return handler({ ...delivery, event: { ...delivery.event, image } })
  }
}
