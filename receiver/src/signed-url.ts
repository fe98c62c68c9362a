/** @module Signed URLs of images, made in one call on every runtime. */
import { computeMac } from '#mac'
import { encodeHex, utf8 } from './crypto/text.ts'

/** How long a signed URL is good; without either it is good as long as its key. */
export type SignedUrlOptions = {
  /** The instant at which it ends, in Unix seconds. */
  readonly expiresAtSeconds?: number
}

/** A host that nobody has, to resolve paths against; it is not signed. */
const anyHost = 'https://images.invalid'

/**
 * A variant URL that shows a private image: the same URL with `exp` (when it ends) and `sig`. `key` is the value of one of
 * the account's signing keys, as the API shows it. The host is not signed. Other parameters and the fragment are
 * dropped, since nobody signs them. Cloudflare Images › Serve private images.
 *
 * @param variantUrl complete, or a path from `/`; answered in the same form.
 * @throws TypeError for what is no URL, an empty key, or an expiry that is no whole number of seconds.
 */
export const signImageUrl = async (
  variantUrl: string | URL,
  key: string,
  { expiresAtSeconds }: SignedUrlOptions = {},
): Promise<string> => {
  if (key === '') throw new TypeError('A signing key has at least one character.')
  if (expiresAtSeconds !== undefined && !(Number.isSafeInteger(expiresAtSeconds) && expiresAtSeconds > 0))
    throw new TypeError('expiresAtSeconds is a whole number of Unix seconds.')
  const isPath = typeof variantUrl === 'string' && variantUrl.startsWith('/')
  const { origin, pathname } = new URL(variantUrl, isPath ? anyHost : undefined)
  const signed = expiresAtSeconds === undefined ? pathname : `${pathname}?exp=${expiresAtSeconds}`
  const signature = encodeHex(await computeMac(utf8(key), utf8(signed)))
  return `${isPath ? '' : origin}${signed}${expiresAtSeconds === undefined ? '?' : '&'}sig=${signature}`
}
