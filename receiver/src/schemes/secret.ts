import type { MacKey, PrepareMacKey } from '../crypto/mac.ts'
import { decodeBase64, utf8 } from '../crypto/text.ts'

/** How many secrets one receiver may hold. */
export const secretCountLimit = 4

/** How many characters a secret may have. */
export const secretLengthLimit = 256

/** What a secret begins with that carries its key as base64 (Standard Webhooks). */
const keyPrefix = 'whsec_'

/** One secret, ready for each scheme. */
export type PreparedSecret = {
  /** Signs the guide's header: the UTF-8 bytes of the secret. */
  guideKey: MacKey
  /** Signs Standard Webhooks. */
  standardKey: MacKey
  /** What Cloudflare's token header carries. */
  token: Uint8Array
}

/**
 * Refuses what cannot be a secret: not a text, empty, blank or longer than 256 characters. Throws a TypeError that
 * calls it `name` and never quotes it.
 */
export const checkSecret = (secret: unknown, name: string): string => {
  if (typeof secret !== 'string')
    throw new TypeError(
      `${name} is ${secret === null ? 'null' : typeof secret}: give it the endpoint's secret as text, and check the name of its environment variable or binding.`,
    )
  if (secret.trim() === '') throw new TypeError(`${name} is empty: give it the endpoint's secret.`)
  if (secret.length > secretLengthLimit)
    throw new TypeError(`${name} is longer than ${secretLengthLimit} characters: give it the endpoint's secret.`)
  return secret
}

/**
 * The key for Standard Webhooks: the bytes of the base64 after `whsec_`, or else the UTF-8 bytes of the whole secret.
 * What follows `whsec_` without being base64 makes it a secret like any other.
 */
export const standardKeyBytes = (secret: string): Uint8Array => {
  const decoded = secret.startsWith(keyPrefix) ? decodeBase64(secret.slice(keyPrefix.length)) : undefined
  return decoded?.length ? decoded : utf8(secret)
}

/** Prepares a checked secret once for all requests. */
export const prepareSecret = (secret: string, prepareMacKey: PrepareMacKey): PreparedSecret => ({
  guideKey: prepareMacKey(utf8(secret)),
  standardKey: prepareMacKey(standardKeyBytes(secret)),
  token: utf8(secret),
})
