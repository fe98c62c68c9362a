import type { WebhookEvent } from '../events/events.ts'
import { isJsonObject } from '../events/parse-event.ts'
import { type FromEnv, fromEnv } from '../pipeline/options.ts'
import { answerJson, call, type Fetch, idempotencyKey } from './call.ts'
import { idSegment, type VariantPlace, variantUrl } from './image-url.ts'
import { type Step, type StepTerms, stop } from './step.ts'

/** What a moderator says. Only an explicit `reject` deletes; `unknown` is asked again. */
export type Verdict = 'approve' | 'reject' | 'unknown'

/** The Images API that a rejected image is deleted by. */
export type ImagesApi = {
  /** The id of your account: never the event's. */
  account: string
  /** A token that may delete images, and nothing else. */
  apiToken: string
  /** Default `https://api.cloudflare.com/client/v4`. */
  baseUrl?: string
}

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
  images: FromEnv<ImagesApi, Env>
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
const deleteImage = async (
  fetch: Fetch,
  { account, apiToken, baseUrl = 'https://api.cloudflare.com/client/v4' }: ImagesApi,
  id: string,
  signal: AbortSignal,
): Promise<void> => {
  const response = await call(fetch, {
    method: 'DELETE',
    url: `${baseUrl}/accounts/${idSegment(account)}/images/v1/${idSegment(id)}`,
    headers: { authorization: `Bearer ${apiToken}` },
    signal,
  })
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
  verdict = guideVerdict,
  fetch = globalThis.fetch,
  ...terms
}: ModerateOptions<Event, Env>): Step<Event, Env> => ({
  name: 'moderate',
  ...terms,
  async run({ key, env, event: { image } }, signal) {
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
    await deleteImage(fetch, fromEnv(images, env), image.id, signal)
    return stop
  },
})
