import type { Bytes } from '../src/crypto/mac.ts'
import { utf8 } from '../src/crypto/text.ts'
import type { WebhookEvent } from '../src/events/events.ts'
import { sampleEvent, type SampleOverrides } from '../src/events/samples.ts'
import { createSigningSecret, signGuide, signStandard } from '../src/sign.ts'

/** The secret of every test. */
export const secret = 'your_webhook_secret_key'

/** The instant of every test: 2026-01-15T10:30:45Z. */
export const start = Date.UTC(2026, 0, 15, 10, 30, 45)

const signing = createSigningSecret(secret)

/** An upload that has just happened. */
export const upload = (overrides: SampleOverrides = {}): WebhookEvent =>
  sampleEvent('image.uploaded', { timestamp: new Date(start).toISOString(), ...overrides })

/** The bytes of an event, a text, or bytes as they are. */
export const bytesOf = (body: WebhookEvent | string | Bytes): Bytes =>
  body instanceof Uint8Array ? body : utf8(typeof body === 'string' ? body : JSON.stringify(body))

/** The guide's signature of a body. */
export const guideSignature = (body: WebhookEvent | string | Bytes): string => signGuide(signing, bytesOf(body))

/** A POST of a body with these headers and no signature. */
export const post = (body: WebhookEvent | string | Bytes, headers: Record<string, string> = {}): Request =>
  new Request('https://receiver.example/webhooks', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: bytesOf(body),
  })

/** A POST under the guide's header. */
export const postGuide = (body: WebhookEvent | string | Bytes, headers: Record<string, string> = {}): Request =>
  post(body, { 'x-cloudflare-signature': guideSignature(body), ...headers })

/** A POST as the server sends it: both signatures, an id, the time of the attempt. */
export const postStandard = (
  body: WebhookEvent | string | Bytes,
  { id = 'evt_1', sentAt = start }: { id?: string; sentAt?: number } = {},
  headers: Record<string, string> = {},
): Request => {
  const seconds = Math.floor(sentAt / 1000)
  return postGuide(body, {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signStandard(signing, id, seconds, bytesOf(body)),
    'webhook-attempt': '1',
    ...headers,
  })
}
