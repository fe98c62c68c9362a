import { eventTypes, isEventType, type EventType } from '@imagehooks/receiver'
import { sleep, type Clock } from '../domain/clock.ts'
import { endpointLimits } from '../domain/endpoint.ts'
import { AppError } from '../domain/errors.ts'
import { isPlainText } from '../domain/text.ts'
import type { AddressPolicy } from '../net/ip-ranges.ts'
import { connectionHeaders, isHeaderName } from '../net/request-check.ts'
import type { Resolver } from '../net/resolver.ts'
import { checkTargetUrl } from '../net/target-url.ts'

/** What may be sent to, and how a name is looked up. */
export type TargetRules = {
  readonly policy: AddressPolicy
  readonly allowLoopbackHttp: boolean
  readonly resolver: Resolver
  readonly clock: Clock
}

const refuse = (pointer: string, message: string): AppError => new AppError('bad_request', message, { pointer })

/** How long a name may take to look up while its endpoint is being set. */
const lookUpMs = 3000

/**
 * The URL in its canonical form. Refuses what no delivery could reach: the wrong scheme, user information, a fragment, an
 * address outside what is allowed, written out or behind the name. A name that does not resolve yet, or in time, is taken: it is
 * judged again at every connection.
 */
export const requireTargetUrl = async (text: string, rules: TargetRules): Promise<URL> => {
  const checked = checkTargetUrl(text, rules)
  if (!checked.ok) throw refuse('/url', checked.reason)
  const host = checked.url.hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses = await Promise.race([
    rules.resolver(host).catch(() => []),
    sleep(rules.clock, lookUpMs).then(() => []),
  ])
  if (addresses.some(({ address }) => !rules.policy.permits(address)))
    throw refuse('/url', 'url must lead to a public address; its host is private, local or reserved.')
  return checked.url
}

/** Known event types, each once, in the order of the catalogue; at least one. */
export const requireEventTypes = (types: readonly string[]): readonly EventType[] => {
  if (types.length === 0) throw refuse('/events', `events must name at least one of ${eventTypes.join(', ')}.`)
  for (const [index, type] of types.entries())
    if (!isEventType(type))
      throw refuse(`/events/${index}`, `events names an unknown type; the types are ${eventTypes.join(', ')}.`)
  return eventTypes.filter((type) => types.includes(type))
}

/** A secret of 1 to 256 characters, not blank, without control characters. It is used as it is and never quoted. */
export const requireSecret = (secret: string): string => {
  if (secret.trim() === '') throw refuse('/secret', 'secret must not be empty or blank; leave it out to have one made.')
  if (secret.length > endpointLimits.secretCharacters)
    throw refuse('/secret', `secret must not be longer than ${endpointLimits.secretCharacters} characters.`)
  if (!isPlainText(secret)) throw refuse('/secret', 'secret must be valid text without control characters.')
  return secret
}

/** A name of up to 255 characters (held to that where it is read), without control characters. */
export const requireName = (name: string): string => {
  if (!isPlainText(name)) throw refuse('/name', 'name must be valid text without control characters.')
  return name
}

/** RFC 9110, section 5.5, without the bytes beyond ASCII, which receivers read in different ways. */
const fieldValue = /^[\t\x20-\x7e]*$/

/** Besides those of the connection: what says how the body is to be read, who sends it, and which way it came. */
const reservedNames: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-type',
  'forwarded',
  'http2-settings',
  'traceparent',
  'tracestate',
  'user-agent',
  'via',
  'x-cloudflare-signature',
])
const reservedPrefixes = ['webhook-', 'cf-', 'x-forwarded-']

const isReserved = (name: string): boolean =>
  connectionHeaders.has(name) || reservedNames.has(name) || reservedPrefixes.some((prefix) => name.startsWith(prefix))

/** Headers of the user's own, names in lower case. Refuses malformed ones and those that are ours or the connection's. */
export const requireHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const entries = Object.entries(headers)
  if (entries.length > endpointLimits.headerCount)
    throw refuse('/headers', `headers must not hold more than ${endpointLimits.headerCount} entries.`)
  const checked = new Map<string, string>()
  for (const [given, value] of entries) {
    const name = given.toLowerCase()
    const pointer = `/headers/${given.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!isHeaderName(given) || given.length > endpointLimits.headerNameCharacters)
      throw refuse('/headers', 'headers holds a name that is not a valid HTTP header name, or too long.')
    if (isReserved(name)) throw refuse(pointer, `headers must not set ${name}: it is reserved.`)
    if (!fieldValue.test(value) || value.length > endpointLimits.headerValueCharacters)
      throw refuse(
        pointer,
        `The value of header ${name} must be at most ${endpointLimits.headerValueCharacters} printable ASCII characters.`,
      )
    if (checked.has(name)) throw refuse(pointer, `headers sets ${name} twice.`)
    checked.set(name, value.trim())
  }
  return Object.fromEntries(checked)
}
