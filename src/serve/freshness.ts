import type { ResponseHeader } from '../net/exchange.ts'
import { headerOf } from '../net/fetch-file.ts'

const hourMs = 3_600_000
const yearMs = 365 * 24 * hourMs

const secondsOf = (cacheControl: string, directive: string): number | undefined => {
  const [, seconds] = new RegExp(`(?:^|[\\s,])${directive}="?(\\d{1,9})`, 'i').exec(cacheControl) ?? []
  return seconds === undefined ? undefined : Number(seconds)
}

const lifetimeMs = (headers: readonly ResponseHeader[], nowMs: number): number => {
  const cacheControl = headerOf(headers, 'cache-control') ?? ''
  if (/(^|[\s,])no-(store|cache)/i.test(cacheControl)) return 0
  const seconds = secondsOf(cacheControl, 's-maxage') ?? secondsOf(cacheControl, 'max-age')
  if (seconds !== undefined) return seconds * 1000
  return (Date.parse(headerOf(headers, 'expires') ?? '') || nowMs) - nowMs
}

/**
 * How long a source is taken as it was found, in milliseconds: as its server says (RFC 9111 §4.2), and at least an hour,
 * which is Cloudflare's rule; at most a year.
 */
export const freshForMs = (headers: readonly ResponseHeader[], nowMs: number): number => {
  const age = headerOf(headers, 'age') ?? ''
  const ageMs = /^\d{1,9}$/.test(age) ? Number(age) * 1000 : 0
  return Math.min(yearMs, Math.max(hourMs, lifetimeMs(headers, nowMs) - ageMs))
}
