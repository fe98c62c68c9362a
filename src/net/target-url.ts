import { literalAddress, parseAddress, rangeContains } from './ip-address.ts'
import type { AddressPolicy } from './ip-ranges.ts'
import { loopbackRanges } from './ip-ranges.ts'

/** The longest URL an endpoint may have, in characters, as given and as written out in full. */
export const longestTargetUrl = 2048

/** The URL in its canonical form, or one sentence that names the field `url` and the fix. */
export type CheckedTargetUrl = { ok: true; url: URL } | { ok: false; reason: string }

/** What target URLs are held to: which addresses, and whether plain HTTP to this machine is allowed (`imagehooks dev`). */
export type TargetUrlRules = { policy: AddressPolicy; allowLoopbackHttp: boolean }

/**
 * Checks the text of an endpoint's URL before it is stored: `https:` (or `http:` to loopback where allowed), no user
 * information, no fragment, at most 2048 characters. An address written as a literal, in whatever spelling
 * (`0x7f.1`, `2130706433`), is judged at once; a name is judged at each connection, because its addresses change.
 */
export const checkTargetUrl = (text: string, { policy, allowLoopbackHttp }: TargetUrlRules): CheckedTargetUrl => {
  if (text.length > longestTargetUrl) return refused(`url must be at most ${longestTargetUrl} characters long.`)
  // `new URL` drops white space and control characters without a word, so that what was checked is not what was typed.
  if (hasBlanks(text))
    return refused('url must not contain spaces or control characters; encode them as %20 and the like.')
  const url = URL.parse(text)
  if (!url) return refused('url must be a complete address such as https://example.com/webhooks.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refused('url must begin with https://.')
  if (url.username !== '' || url.password !== '')
    return refused('url must not contain a user name or a password; use a header for credentials.')
  if (url.port === '0') return refused('url must not name port 0; leave the port out or name the one that listens.')
  if (text.includes('#')) return refused('url must not contain a fragment; remove everything from # on.')
  if (url.href.length > longestTargetUrl)
    return refused(`url must be at most ${longestTargetUrl} characters long when written out in full.`)
  if (url.protocol === 'http:' && !allowLoopbackHttp)
    return refused('url must begin with https://; plain http is not accepted.')
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname))
    return refused('url must begin with https://; plain http is accepted for this machine only (localhost, 127.0.0.1).')
  const literal = literalAddress(url.hostname)
  if (literal !== undefined && !policy.permits(literal))
    return refused('url must lead to a public address; this one is private, local or reserved.')
  return { ok: true, url }
}

const refused = (reason: string): CheckedTargetUrl => ({ ok: false, reason })

const hasBlanks = (text: string): boolean => {
  for (const character of text) if (character <= ' ' || character === '\u007f') return true
  return false
}

const isLoopbackHost = (hostname: string): boolean => {
  const literal = literalAddress(hostname)
  const bytes = literal === undefined ? undefined : parseAddress(literal)
  if (bytes) return loopbackRanges.some((range) => rangeContains(range, bytes))
  return hostname === 'localhost' || hostname.endsWith('.localhost')
}
