import type { Awaitable } from '../crypto/mac.ts'
import type { Inbox } from '../inboxes/inbox.ts'
import { guideScheme } from '../schemes/guide.ts'
import type { Scheme } from '../schemes/scheme.ts'
import type { Secrets } from '../schemes/secrets.ts'
import { standardScheme } from '../schemes/standard.ts'
import type { QuarantineHook } from './arrival.ts'
import type { AuditHook, AuditLog } from './audit.ts'
import type { UnknownHandler } from './delivery.ts'

/** A value, or a function that finds it in the environment of each request: a Worker's bindings. */
export type FromEnv<Value, Env> = Value | ((env: Env) => Value)

/** What a receiver is made of. */
export type ReceiverOptions<Env = void> = {
  /**
   * The endpoint's secret, or up to four while rotating, the newest first. Of a list, all but the first may be undefined:
   * `(env) => [env.WEBHOOK_SECRET, env.WEBHOOK_SECRET_OLD]` serves before, during and after a rotation.
   */
  secrets: Secrets | ((env: Env) => Awaitable<Secrets>)
  /** Where handled events are remembered. */
  inbox: FromEnv<Inbox, Env>
  /**
   * What to do with a verified event of a type this version does not know. `ignore` answers 200 and forgets it,
   * `error` answers 422, a function handles it.
   */
  unknown: 'ignore' | 'error' | UnknownHandler<Env>
  /** Answers 404 on any other path. Default: every path is the receiver's. */
  path?: string
  /** The accounts whose events are wanted. Default: any that the secrets belong to. */
  account?: FromEnv<string | readonly string[], Env>
  /**
   * How a webhook may prove itself: the first scheme whose header is there must verify. Default
   * `[standardScheme, guideScheme]`.
   */
  schemes?: readonly Scheme[]
  /** Asked before the body is read; false answers 429. `tokenBucket` and `workersRateLimit` make such functions. */
  rateLimit?: (request: Request, env: Env) => Awaitable<boolean>
  /**
   * Keeps what was rightly signed but cannot be handled, to be looked at and mended: `toQuarantine((env) => …)`. The sender
   * then hears 202 instead of 422. Default none.
   */
  quarantine?: QuarantineHook<Env>
  /** Gets one record of every request, whatever its end. Default: failures go to `log`. */
  audit?: AuditHook<Env>
  /** Where failures are told when there is no `audit`, and failures of `audit` itself. Default the console. */
  log?: AuditLog
  /** The longest body. Default 65 536. */
  maxBodyBytes?: number
  /** How far an attempt's signed time may lie from now. Default five minutes. Standard Webhooks only. */
  attemptToleranceMs?: number
  /** How old an event may be whose attempt has no signed time. Default 26 hours: a day of retries, and a margin. */
  maxEventAgeMs?: number
  /**
   * How long a request may take, its handlers included. After it the request ends as it stands, and another delivery may
   * have the event. Default one minute.
   */
  leaseMs?: number
  /** How long the inbox remembers an event. Default 30 days. At least `maxEventAgeMs`. */
  keepMs?: number
  /** The instant, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** A receiver's options, checked and complete. */
export type Setup<Env> = ReceiverOptions<Env> & typeof defaults

const defaultSchemes: readonly Scheme[] = [standardScheme, guideScheme]

const defaults = {
  schemes: defaultSchemes,
  maxBodyBytes: 65_536,
  attemptToleranceMs: 300_000,
  maxEventAgeMs: 26 * 3_600_000,
  leaseMs: 60_000,
  keepMs: 30 * 24 * 3_600_000,
  now: Date.now,
}

/** Fills in the defaults. Throws a TypeError for options that are missing, wrong or contradict each other. */
export const checkOptions = <Env>(options: ReceiverOptions<Env>): Setup<Env> => {
  const setup = { ...defaults, ...options }
  const values: Record<string, unknown> = setup
  // What is undefined is not set: a limit that is undefined would be none.
  for (const [name, value] of Object.entries(defaults)) values[name] ??= value
  if (!setup.inbox) throw new TypeError('inbox is missing.')
  // An event must not be forgotten while it can still come again.
  if (!(setup.keepMs >= setup.maxEventAgeMs)) throw new TypeError('keepMs is less than maxEventAgeMs.')
  return setup
}

/** The value itself, or what its function finds in the environment. */
export const fromEnv = <Value extends object | string | boolean, Env>(source: FromEnv<Value, Env>, env: Env): Value =>
  typeof source === 'function' ? source(env) : source
