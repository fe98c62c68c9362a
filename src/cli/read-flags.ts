import { eventTypes, isEventType, type EventType } from '@imagehooks/receiver'
import { ConfigError } from '../config/config-error.ts'
import { parseDuration } from '../config/duration.ts'
import { connectionHeaders, isHeaderName } from '../net/request-check.ts'

/** Event types separated by commas. */
export const readEventTypes = (text: string, flag = '--events'): readonly EventType[] => {
  const names = text.split(',').map((name) => name.trim())
  if (names.every(isEventType)) return names
  throw new ConfigError(`${flag} must be event types separated by commas: ${eventTypes.join(', ')}.`)
}

/** Headers written as `Name: value`. */
export const readHeaders = (texts: readonly string[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf(':')
      const name = text.slice(0, at).trim().toLowerCase()
      const value = text.slice(at + 1).trim()
      if (at < 1 || !isHeaderName(name) || connectionHeaders.has(name) || !/^[\x20-\x7e]*$/.test(value))
        throw new ConfigError(
          '--header must be written as "Name: value", in ASCII; the connection’s own headers cannot be set.',
        )
      return [name, value]
    }),
  )

export const readDelay = (flag: string, text: string): number => {
  const ms = parseDuration(text)
  if (ms === undefined) throw new ConfigError(`${flag} must be a duration such as 500ms, 2s or 1m.`)
  return ms
}

/** A whole number within bounds. */
export const readCount = (flag: string, text: string, least: number, most: number): number => {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : -1
  if (count < least || count > most) throw new ConfigError(`${flag} must be a whole number from ${least} to ${most}.`)
  return count
}

/** `8787/webhooks`, `:8787` and `localhost:8787` as they are meant: HTTP on this machine, or at that host. */
const withScheme = (text: string): string => {
  if (/^:?\d{1,5}(?:[/?]|$)/.test(text)) return `http://127.0.0.1:${text.replace(':', '')}`
  return /^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}(?:[/?]|$)/i.test(text) ? `http://${text}` : text
}

/** An address to post to; a port alone is one of this machine. */
export const readPostUrl = (flag: string, text: string): URL => {
  const url = URL.parse(withScheme(text))
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new ConfigError(`${flag} must be a complete URL such as http://127.0.0.1:8787/webhooks.`)
  if (url.username !== '' || url.password !== '')
    throw new ConfigError(`${flag} must not hold a user name or password; give them with --header.`)
  return url
}

/** An instant in ISO 8601, or a span before now such as `24h`; as ISO 8601. */
export const readInstant = (flag: string, text: string, now: number): string => {
  const agoMs = parseDuration(text)
  if (agoMs !== undefined) return new Date(now - agoMs).toISOString()
  const isInstant = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)
  const at = isInstant ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new ConfigError(`${flag} must be an instant such as 2026-01-31T08:00:00Z, or a span before now such as 24h.`)
  return new Date(at).toISOString()
}
