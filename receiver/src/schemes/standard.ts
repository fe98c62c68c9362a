import { decodeBase64, encodeBase64, utf8 } from '../crypto/text.ts'
import type { PreparedSecret } from './secret.ts'
import { findSecret, type HeaderSource, type Verification } from './verification.ts'

/** The header that holds the signatures of Standard Webhooks. */
export const standardHeader = 'webhook-signature'

/** How many signatures of a list are looked at. */
export const signatureCountLimit = 8

/** 1 to 256 characters of printable ASCII without the dot, which separates id and time in the signed text. */
const idForm = /^[!-\-/-~]{1,256}$/

/** Unix seconds. */
const secondsForm = /^\d{1,11}$/

/** What is signed before the body: `id.timestamp.`; undefined where the id or the time has no such form. */
export const standardHead = (id: string, seconds: string): Uint8Array | undefined =>
  idForm.test(id) && secondsForm.test(seconds) ? utf8(`${id}.${seconds}.`) : undefined

/** The bytes that Standard Webhooks signs: `id.timestamp.body`. */
export const standardMessage = (head: Uint8Array, body: Uint8Array): Uint8Array => {
  const message = new Uint8Array(head.length + body.length)
  message.set(head)
  message.set(body, head.length)
  return message
}

/** The MAC of one entry `v1,<base64>`; undefined for another version or another writing of the same MAC. */
const macOf = (entry: string): Uint8Array | undefined => {
  if (!entry.startsWith('v1,') || entry.length !== 47) return undefined
  const mac = decodeBase64(entry.slice(3))
  return mac && encodeBase64(mac) === entry.slice(3) ? mac : undefined
}

/**
 * Verifies Standard Webhooks: `webhook-signature` is a list of `v1,<base64>` over `id.timestamp.body`, of which the
 * first eight are looked at. The attempt's time must lie within `toleranceMs` of `now`, before or after.
 */
export const verifyStandard = async (
  secrets: readonly PreparedSecret[],
  headers: HeaderSource,
  signatures: string,
  body: Uint8Array,
  now: number,
  toleranceMs: number,
): Promise<Verification> => {
  const id = headers.get('webhook-id')
  const seconds = headers.get('webhook-timestamp')
  if (id === null || seconds === null) return { ok: false, reason: 'missing' }
  const macs = signatures.split(' ', signatureCountLimit).flatMap((entry) => macOf(entry) ?? [])
  const head = standardHead(id, seconds)
  if (!head || macs.length === 0) return { ok: false, reason: 'malformed' }
  const message = standardMessage(head, body)
  const secretIndex = await findSecret(secrets, ({ standardKey }) => standardKey.matches(message, macs))
  if (secretIndex < 0) return { ok: false, reason: 'mismatch' }
  const sentAt = Number(seconds) * 1000
  if (Math.abs(now - sentAt) > toleranceMs) return { ok: false, reason: 'stale' }
  return { ok: true, scheme: 'standard', secretIndex, id, sentAt }
}
