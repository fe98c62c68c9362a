import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseHostPattern } from '../domain/host-pattern.ts'
import { ConfigError } from './config-error.ts'
import { parseDuration, parseDurations } from './duration.ts'
import type { Setting } from './env.ts'

/** What a process does: answer requests, send webhooks. */
export const roles = ['api', 'worker'] as const

export type Role = (typeof roles)[number]

/** An account and its token, to be made at start if missing. */
export type Bootstrap = { readonly accountId: string; readonly apiToken: string }

/** Shows what was written, on one line and not endlessly. For settings that hold no secret. */
const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

const refuse = ({ source, text }: Setting, must: string): never => {
  throw new ConfigError(`${source} must be ${must}, not ${quoted(text)}.`)
}

const hostForm = /^(?=.{1,253}$)[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/i

/** A host name or an address; an IPv6 address with or without brackets. */
export const readHost = (setting: Setting): string => {
  const host = setting.text.replace(/^\[(.*)\]$/, '$1')
  return isIP(host) > 0 || hostForm.test(host) ? host : refuse(setting, 'a host name or an address, such as 127.0.0.1')
}

export const readPort = (setting: Setting): number =>
  /^\d{1,5}$/.test(setting.text) && Number(setting.text) <= 65_535
    ? Number(setting.text)
    : refuse(setting, 'a port from 0 to 65535 (0 = any free one)')

/** An absolute path; relative ones start at `workingFolder`. */
export const readFolder = (setting: Setting, workingFolder: string): string =>
  setting.text.trim() === '' ? refuse(setting, 'the path of a folder') : resolve(workingFolder, setting.text)

/** Without a slash at the end, so that paths can be put behind it. */
export const readPublicUrl = (setting: Setting): string => {
  const url = URL.parse(setting.text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return refuse(setting, 'a URL such as https://images.example.com')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new ConfigError(`${setting.source} must be a URL without user name, query and fragment.`)
  return url.href.replace(/\/+$/, '')
}

/** The parts between commas, blanks around them removed, empty ones dropped. */
export const readList = ({ text }: Setting): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Hosts, each with `*.` before it or a port behind it where it has to be. */
export const readHosts = (setting: Setting): readonly string[] =>
  readList(setting).map(
    (text) => parseHostPattern(text) ?? refuse(setting, 'host names such as images.example.com,*.example.org'),
  )

const isRole = (text: string): text is Role => roles.some((role) => role === text)

export const readRoles = (setting: Setting): ReadonlySet<Role> => {
  const names = readList(setting)
  return names.length > 0 && names.every(isRole) ? new Set(names) : refuse(setting, 'api, worker or api,worker')
}

/** Milliseconds, within bounds that are included. */
export const readDuration = (setting: Setting, leastMs: number, mostMs: number, bounds: string): number => {
  const durationMs = parseDuration(setting.text)
  return durationMs !== undefined && durationMs >= leastMs && durationMs <= mostMs
    ? durationMs
    : refuse(setting, `a duration ${bounds}, such as 250ms, 30s, 5m, 8h or 5d`)
}

/** As `readDuration`; `never` or a duration of 0 is null. */
export const readDurationOrNever = (setting: Setting, leastMs: number, mostMs: number, bounds: string): number | null =>
  setting.text === 'never' || parseDuration(setting.text) === 0
    ? null
    : readDuration(setting, leastMs, mostMs, `${bounds} or never`)

export const readYesNo = (setting: Setting): boolean =>
  setting.text === 'yes' || (setting.text === 'no' ? false : refuse(setting, 'yes or no'))

/** So many requests in so long a time. */
export type RateLimit = { readonly count: number; readonly perMs: number }

/** `1200/5m`; null for `off`. */
export const readRateLimit = (setting: Setting): RateLimit | null => {
  if (setting.text === 'off') return null
  const [, count, time] = /^(\d{1,9})\/(.+)$/.exec(setting.text) ?? []
  const perMs = parseDuration(time ?? '')
  return Number(count) >= 1 && perMs !== undefined && perMs >= 1000
    ? { count: Number(count), perMs }
    : refuse(setting, 'a count of requests and a time of at least 1s, such as 1200/5m, or off')
}

const mostDelays = 100

/** Milliseconds of each delay; 1 to 100 of them. */
export const readSchedule = (setting: Setting): readonly number[] => {
  const delays = parseDurations(setting.text)
  return delays && delays.length <= mostDelays
    ? delays
    : refuse(setting, `1 to ${mostDelays} durations with commas between, such as 0s,1m,5m`)
}

/** The token is never quoted. */
export const readBootstrap = (accountId?: Setting, apiToken?: Setting): Bootstrap | undefined => {
  if (!accountId && !apiToken) return undefined
  if (!accountId || !apiToken)
    throw new ConfigError(
      'IMAGEHOOKS_BOOTSTRAP_ACCOUNT_ID and IMAGEHOOKS_BOOTSTRAP_API_TOKEN belong together: set both or neither.',
    )
  if (!/^[\da-f]{32}$/.test(accountId.text)) refuse(accountId, '32 lower-case hex digits')
  if (!/^[\x21-\x7e]{16,256}$/.test(apiToken.text))
    throw new ConfigError(`${apiToken.source} must be 16 to 256 printable ASCII characters without spaces.`)
  return { accountId: accountId.text, apiToken: apiToken.text }
}

/** What can be sent as a bearer token, and is not guessed. The sentence does not show it. */
export const readMetricsToken = ({ source, text }: Setting): string => {
  if (/^[\w.~+/=-]{16,256}$/.test(text)) return text
  throw new ConfigError(`${source} must be 16 to 256 letters, digits or any of - . _ ~ + / =.`)
}
