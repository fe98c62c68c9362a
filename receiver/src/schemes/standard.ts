import type { Bytes } from '../crypto/mac.ts'
import { decodeBase64, utf8 } from '../crypto/text.ts'
import type { Scheme } from './scheme.ts'

/** How many signatures of a list are looked at. */
const signatureCountLimit = 8

/** What is signed before the body, `id.timestamp.`: the id in printable ASCII without a dot, the time in seconds. */
const headForm = /^[!-\-/-~]{1,256}\.\d{1,11}\.$/

/**
 * The key of a secret: the bytes of the base64 after `whsec_`, or else the UTF-8 bytes of the whole secret. What
 * follows `whsec_` without being base64 makes it a secret like any other.
 */
export const standardKey = (secret: string): Bytes => {
  const decoded = secret.startsWith('whsec_') ? decodeBase64(secret.slice(6)) : undefined
  return decoded?.length ? decoded : utf8(secret)
}

/** The bytes that are signed before the body; undefined for an id or a time of a form that nobody may send. */
export const standardHead = (id: string | null, seconds: string | number | null): Bytes | undefined => {
  const head = `${id}.${seconds}.`
  return headForm.test(head) ? utf8(head) : undefined
}

/** The bytes that are signed: `id.timestamp.body`. */
export const standardMessage = (head: Bytes, body: Bytes): Bytes => {
  const message = new Uint8Array(head.length + body.length)
  message.set(head)
  message.set(body, head.length)
  return message
}

/**
 * Standard Webhooks: `webhook-signature` is a list of `v1,<base64>` over `id.timestamp.body`, of which the first eight
 * are looked at; other versions are passed over.
 */
export const standardScheme: Scheme = {
  name: 'standard',
  header: 'webhook-signature',
  prepare: (secret, prepareMacCheck) => prepareMacCheck(standardKey(secret)),
  read(signatures, body, headers) {
    const id = headers.get('webhook-id')
    const seconds = headers.get('webhook-timestamp')
    const head = standardHead(id, seconds)
    if (!id || !head) return undefined
    const macs = signatures
      .split(' ', signatureCountLimit)
      .flatMap((entry) => (entry.startsWith('v1,') && decodeBase64(entry.slice(3))) || [])
    return { message: standardMessage(head, body), macs, id, sentAt: Number(seconds) * 1000 }
  },
}
