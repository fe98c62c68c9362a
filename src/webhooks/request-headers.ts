import { signGuide, signStandard, type SigningSecret } from '@imagehooks/receiver/sign'
import type { Event } from '../domain/event.ts'

/** What one request of an attempt is made from. */
export type RequestParts = {
  readonly event: Pick<Event, 'id' | 'body' | 'test'>
  readonly attemptNumber: number
  readonly sentAt: number
  /** All that are live, newest first: one Standard Webhooks signature each. */
  readonly secrets: readonly SigningSecret[]
  /** Signs the guide's header, which holds one signature only. */
  readonly guideSecret: SigningSecret
  readonly userAgent: string
  /** The W3C `traceparent` of the attempt; absent where nothing is traced. */
  readonly traceParent?: string | undefined
  /** The endpoint's own. */
  readonly headers: Readonly<Record<string, string>>
}

/** The headers of a delivery. What the endpoint adds cannot stand in for one of ours. */
export const requestHeaders = (parts: RequestParts): Record<string, string> => {
  const { event } = parts
  const seconds = Math.floor(parts.sentAt / 1000)
  return {
    ...parts.headers,
    'content-type': 'application/json',
    'user-agent': parts.userAgent,
    'x-cloudflare-signature': signGuide(parts.guideSecret, event.body),
    'webhook-id': event.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': parts.secrets.map((secret) => signStandard(secret, event.id, seconds, event.body)).join(' '),
    'webhook-attempt': String(parts.attemptNumber),
    ...(parts.traceParent === undefined ? {} : { traceparent: parts.traceParent }),
    ...(event.test ? { 'webhook-test': 'true' } : {}),
  }
}

const logged = new Set([
  'content-type',
  'user-agent',
  'webhook-id',
  'webhook-timestamp',
  'webhook-attempt',
  'webhook-test',
  'traceparent',
])

/**
 * Headers as the log of attempts keeps them. A body with its signature is a credential for good, so signatures are cut
 * to what tells them apart; what the endpoint adds may hold credentials, so its values are not kept at all.
 */
export const redactRequestHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (logged.has(name)) return [name, value]
      if (name === 'x-cloudflare-signature') return [name, `${value.slice(0, 8)}…`]
      if (name === 'webhook-signature')
        return [
          name,
          value
            .split(' ')
            .map((signature) => `${signature.slice(0, 11)}…`)
            .join(' '),
        ]
      return [name, '[hidden]']
    }),
  )

const credentials = new Set(['set-cookie', 'authorization', 'proxy-authorization', 'www-authenticate', 'cookie'])

/** Shorter words are no credentials, and blanking them would make answers unreadable. */
const shortestCredential = 8

/** What may be a credential in a header that the endpoint adds: its value, and the parts of it that stand for themselves. */
const credentialsIn = (value: string): readonly string[] =>
  [value, JSON.stringify(value).slice(1, -1), ...value.split(/[\s,;="]+/)].filter(
    (text) => text.length >= shortestCredential,
  )

/** What was sent and is not to be kept, longest first: our own signatures, and what the endpoint adds. */
const secretsIn = (sent: Readonly<Record<string, string>>): readonly string[] => {
  const secrets = Object.entries(sent).flatMap(([name, value]) => {
    if (logged.has(name)) return []
    return name === 'webhook-signature' ? value.split(' ') : credentialsIn(value)
  })
  return [...new Set(secrets)].toSorted((one, other) => other.length - one.length)
}

/**
 * A receiver's headers as the log keeps them: cookies and credentials are not ours to keep, and a signature of ours, or
 * what the endpoint's own headers hold, is one when it is sent back.
 */
export const redactResponseHeaders = (
  headers: readonly (readonly [string, string])[],
  sent: Readonly<Record<string, string>>,
): (readonly [string, string])[] => {
  const secrets = secretsIn(sent)
  const isHidden = (name: string, value: string): boolean =>
    credentials.has(name.toLowerCase()) || secrets.some((secret) => value.includes(secret))
  return headers.map(([name, value]) => [name, isHidden(name, value) ? '[hidden]' : value])
}

/** A receiver's answer as the log keeps it: what was sent to it in confidence is blanked, the other bytes stay as they are. */
export const redactResponseBody = (body: Uint8Array, sent: Readonly<Record<string, string>>): Uint8Array => {
  const text = Buffer.from(body).toString('latin1')
  const echoed = secretsIn(sent).filter((secret) => text.includes(secret))
  if (echoed.length === 0) return body
  const blanked = echoed.reduce((kept, secret) => kept.replaceAll(secret, '*'.repeat(secret.length)), text)
  return Buffer.from(blanked, 'latin1')
}
