import type { WebhookEvent } from '../events/events.ts'
import { isJsonObject } from '../events/parse-event.ts'
import { type FromEnv, fromEnv } from '../pipeline/options.ts'
import type { Delivery } from '../pipeline/delivery.ts'
import { answerJson, call, type Fetch, idempotencyKey } from './call.ts'
import { type VariantPlace, variantUrl } from './image-url.ts'
import { imageCall, type ImagesApi } from './images-api.ts'
import { type Step, type StepTerms, stop } from './step.ts'

/** What a moderator says. Only an explicit `reject` deletes; `unknown` is asked again. */
export type Verdict = 'approve' | 'reject' | 'unknown'

/** Who moderates, what, and what then. */
export type ModerateOptions<Event extends WebhookEvent, Env> = StepTerms<Event, Env> & {
  /** The moderation API: gets `{ imageUrl, imageId }`. */
  url: FromEnv<string, Env>
  /** Its credentials, for example. */
  headers?: FromEnv<Record<string, string>, Env>
  /** Where the moderator finds the image. */
  variants: FromEnv<VariantPlace, Env>
  /** Makes a short-lived signed URL of one that answers 403 without. Needed for images that require signed URLs. */
  signedUrl?: (url: string, env: Env) => string | Promise<string>
  /** The Images API that a rejected image is deleted by, with a token that may do so. Needed unless there is `onReject`. */
  images?: FromEnv<ImagesApi, Env>
  /**
   * What to do with a rejected image instead of deleting it: hide it, ask a person. The later steps are left out all the
   * same. What it throws makes the event come again.
   */
  onReject?: (delivery: Delivery<Event, Env>, signal: AbortSignal) => unknown
  /** Reads the answer of a 2xx. Default {@link guideVerdict}. */
  verdict?: (answer: unknown) => Verdict
  fetch?: Fetch
}

/** The guide's answer: `{ "approved": true }` or `{ "approved": false }`; all else is unknown. */
export const guideVerdict = (answer: unknown): Verdict => {
  const approved = isJsonObject(answer) ? answer['approved'] : undefined
  if (approved === true) return 'approve'
  return approved === false ? 'reject' : 'unknown'
}

/** Deletes an image. One that is gone already is deleted. */
const deleteImage = async (fetch: Fetch, images: ImagesApi, id: string, signal: AbortSignal): Promise<void> => {
  const response = await call(fetch, { method: 'DELETE', ...imageCall(images, id), signal })
  await response.body?.cancel()
  if (!response.ok && response.status !== 404) throw new Error(`The Images API answered ${response.status}.`)
}

/**
 * Pattern 4 of the guide: asks a moderation API and deletes what it rejects; the steps that follow are then left out. A
 * moderator that is down, errs or mumbles decides nothing: the step fails and the event comes again.
 */
export const moderate = <Event extends WebhookEvent = WebhookEvent, Env = void>({
  url,
  headers = {},
  variants,
  signedUrl,
  images,
  onReject,
  verdict = guideVerdict,
  fetch = globalThis.fetch,
  ...terms
}: ModerateOptions<Event, Env>): Step<Event, Env> => {
  if (!images && !onReject)
    throw new TypeError('moderate needs images or onReject: what is to happen to a rejected image.')
  return {
    name: 'moderate',
    ...terms,
    async run(delivery, signal) {
      const { key, env, event } = delivery
      const { image } = event
      const address = variantUrl(fromEnv(variants, env), image.id)
      if (image.requireSignedURLs && !signedUrl) throw new TypeError('moderate needs signedUrl for a private image.')
      const imageUrl = image.requireSignedURLs && signedUrl ? await signedUrl(address, env) : address
      const response = await call(fetch, {
        method: 'POST',
        url: fromEnv(url, env),
        headers: { 'idempotency-key': await idempotencyKey(key), ...fromEnv(headers, env) },
        json: { imageUrl, imageId: image.id },
        signal,
      })
      if (!response.ok) {
        await response.body?.cancel()
        throw new Error(`The moderation API answered ${response.status}.`)
      }
      const said = verdict(await answerJson(response))
      if (said === 'approve') return 'approve'
      if (said !== 'reject') throw new Error('The moderation API did not decide.')
      if (onReject) await onReject(delivery, signal)
      else if (images) await deleteImage(fetch, fromEnv(images, env), image.id, signal)
      return stop
    },
  }
}
