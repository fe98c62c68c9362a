import { computeMac } from '#mac'
import type { Bytes } from '../crypto/mac.ts'
import { encodeBase64, encodeHex, utf8 } from '../crypto/text.ts'
import type { WebhookEvent } from '../events/events.ts'
import { checkSecret } from '../schemes/secrets.ts'
import { standardHead, standardKey, standardMessage } from '../schemes/standard.ts'

/** What a signed request is made of. */
export type SignedRequest = {
  /** Default `https://receiver.example/webhooks`. */
  url?: string
  secret: string
  /** An event, or the very bytes of a body. */
  body: WebhookEvent | Bytes
  /** The event id. Default `evt_test`. */
  id?: string
  /** The instant of the attempt, in milliseconds since 1970. Default now. */
  sentAt?: number
  /** Default 1. */
  attempt?: number
  /** Which signatures to send. Default both, as the server does. */
  schemes?: readonly ('standard' | 'guide')[]
  /** More headers; they win. */
  headers?: Record<string, string>
}

/** A request as the server sends it, on every runtime. Rejects with a TypeError for a secret or id that cannot be. */
export const signRequest = async ({
  url = 'https://receiver.example/webhooks',
  secret,
  body,
  id = 'evt_test',
  sentAt = Date.now(),
  attempt = 1,
  schemes = ['standard', 'guide'],
  headers = {},
}: SignedRequest): Promise<Request> => {
  const bytes = body instanceof Uint8Array ? body : utf8(JSON.stringify(body))
  checkSecret(secret, 'secret')
  const seconds = Math.floor(sentAt / 1000)
  const signed = new Headers({ 'content-type': 'application/json', 'webhook-attempt': String(attempt) })
  if (schemes.includes('guide')) signed.set('x-cloudflare-signature', encodeHex(await computeMac(utf8(secret), bytes)))
  if (schemes.includes('standard')) {
    const head = standardHead(id, seconds)
    if (!head) throw new TypeError('id is no webhook id: use printable ASCII without a dot.')
    signed.set('webhook-id', id)
    signed.set('webhook-timestamp', String(seconds))
    const mac = await computeMac(standardKey(secret), standardMessage(head, bytes))
    signed.set('webhook-signature', `v1,${encodeBase64(mac)}`)
  }
  for (const [name, value] of Object.entries(headers)) signed.set(name, value)
  return new Request(url, { method: 'POST', headers: signed, body: bytes })
}
