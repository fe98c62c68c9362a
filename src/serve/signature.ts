import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a variant URL says: its path as it was sent, and its query without the question mark. */
export type SignedAddress = { readonly path: string; readonly query: string }

/** `expiresAt` null: never. */
export type CheckedSignature =
  | { readonly ok: true; readonly expiresAt: number | null }
  | { readonly ok: false; readonly reason: string }

const refused = (reason: string): CheckedSignature => ({ ok: false, reason })

/** Own domains serve the same images below this. */
const ownDomainPrefix = '/cdn-cgi/imagedelivery'

/** Whoever signed for the image host or for an own domain is believed: the same image is meant. */
const signedPaths = (path: string): string[] =>
  path.startsWith(`${ownDomainPrefix}/`) ? [path, path.slice(ownDomainPrefix.length)] : [path]

/**
 * Checks a signed URL (Cloudflare Images › Serve private images). `sig` is the lower-case hex HMAC-SHA256, by the UTF-8
 * text of any of the account's keys, of the path, followed by `?exp=<seconds>` where the URL has one: an expiry is never
 * taken unsigned. Other parameters and their order do not count. Every key is tried, whichever fits, and compared in
 * constant time. A URL is good until its `exp`, not at it.
 */
export const checkSignature = (
  { path, query }: SignedAddress,
  keys: readonly string[],
  nowMs: number,
): CheckedSignature => {
  const parameters = new URLSearchParams(query)
  const [signature, ...moreSignatures] = parameters.getAll('sig')
  const [expiry, ...moreExpiries] = parameters.getAll('exp')
  if (signature === undefined) return refused('the URL needs a signature')
  if (!/^[\da-f]{64}$/.test(signature) || moreSignatures.length > 0)
    return refused('sig must be given once, as 64 lower-case hex digits')
  if (expiry !== undefined && (!/^\d{1,12}$/.test(expiry) || moreExpiries.length > 0))
    return refused('exp must be given once, as Unix seconds')
  const claimed = Buffer.from(signature, 'hex')
  let matches = 0
  for (const signedPath of signedPaths(path)) {
    for (const key of keys) {
      const text = expiry === undefined ? signedPath : `${signedPath}?exp=${expiry}`
      matches += Number(timingSafeEqual(createHmac('sha256', key).update(text).digest(), claimed))
    }
  }
  if (matches === 0) return refused('the URL signature does not match')
  const expiresAt = expiry === undefined ? null : Number(expiry) * 1000
  if (expiresAt !== null && nowMs >= expiresAt) return refused('the URL has expired')
  return { ok: true, expiresAt }
}
