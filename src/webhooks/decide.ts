import type { DeliveryReason } from '../domain/delivery.ts'
import type { RetryPolicy } from '../domain/retry-policy.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

const jitterShare = 0.1
const longestJitterMs = 2 * minuteMs
/** A try that was put off to the deadline comes this much before it, so that a timer may be late. */
const lastChanceMs = 1000
/** A receiver may ask for patience, but not for the whole day. */
const longestHintMs = 6 * hourMs

/** What is known when an attempt has ended. */
export type Facts = {
  /** Undefined when no status arrived in time. */
  readonly status: number | undefined
  /** The `Retry-After` header as it came. */
  readonly retryAfter: string | undefined
  /** The `webhook-delivery` header as it came. */
  readonly instruction: string | undefined
  readonly endedAt: number
  readonly giveUpAt: number
  /** Delays of the schedule that are used up. */
  readonly step: number
  /** Whether the endpoint was changed while the attempt ran, so that its answer says nothing about how it is now. */
  readonly endpointChanged: boolean
  /** From 0 to 1, for the jitter. */
  readonly fraction: number
}

/** What becomes of a delivery after an attempt. */
export type Decision =
  | { readonly kind: 'succeeded'; /** The receiver wants no more. */ readonly suspendEndpoint?: true }
  | { readonly kind: 'retry'; readonly dueAt: number; readonly step: number; readonly reason: DeliveryReason }
  | { readonly kind: 'dead'; readonly reason: DeliveryReason; readonly suspendEndpoint: boolean }

/** Any 2xx. */
export const isSuccess = (status: number | undefined): boolean => status !== undefined && status >= 200 && status <= 299

/**
 * Milliseconds that a `Retry-After` header asks for: seconds or a date in the form that RFC 9110 (sections 5.6.7 and 10.2.3)
 * wants sent; undefined when it is neither. A date in the past asks for nothing.
 */
export const readRetryAfter = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header.trim()) * secondMs
  if (!/^[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(header.trim())) return undefined
  const instant = Date.parse(header)
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now)
}

/**
 * What a receiver says in its answer about the deliveries to come (the `webhook-delivery` header proposed for Standard
 * Webhooks, pull request 291): `disable` stops them all, `abort-message` spares it the retries of this one; undefined when
 * it says nothing known. Of both, the stronger.
 */
export const readInstruction = (header: string | undefined): 'disable' | 'abort-message' | undefined => {
  const words = (header ?? '').split(',').map((word) => word.trim().toLowerCase())
  return (['disable', 'abort-message'] as const).find((word) => words.includes(word))
}

/** Additive, so that nothing is tried early; at most a tenth of the delay and never over two minutes. */
const jitterMs = (delayMs: number, fraction: number): number =>
  Math.floor(Math.min(delayMs * jitterShare, longestJitterMs) * fraction)

/** The rule of the whole engine, without time, chance or storage of its own. */
export const decide = (policy: RetryPolicy, facts: Facts): Decision => {
  const instruction = readInstruction(facts.instruction)
  const disables = instruction === 'disable' && !facts.endpointChanged
  if (isSuccess(facts.status)) return { kind: 'succeeded', ...(disables && { suspendEndpoint: true }) }
  if (facts.status === 410 && !facts.endpointChanged)
    return { kind: 'dead', reason: 'endpoint_gone', suspendEndpoint: true }
  if (disables) return { kind: 'dead', reason: 'endpoint_disabled', suspendEndpoint: true }
  if (instruction === 'abort-message') return { kind: 'dead', reason: 'receiver_aborted', suspendEndpoint: false }
  const delayMs = policy.scheduleMs[facts.step]
  if (delayMs === undefined) return { kind: 'dead', reason: 'schedule_exhausted', suspendEndpoint: false }
  const earliest = facts.endedAt + delayMs
  if (earliest > facts.giveUpAt) return { kind: 'dead', reason: 'deadline_passed', suspendEndpoint: false }
  const scheduled = earliest + jitterMs(delayMs, facts.fraction)
  const hintMs =
    facts.status === 429 || facts.status === 503 ? readRetryAfter(facts.retryAfter, facts.endedAt) : undefined
  const asked = hintMs === undefined ? 0 : facts.endedAt + Math.min(hintMs, longestHintMs)
  return {
    kind: 'retry',
    dueAt: Math.max(earliest, Math.min(Math.max(scheduled, asked), facts.giveUpAt - lastChanceMs)),
    step: facts.step + 1,
    reason: asked > scheduled ? 'retry_after' : 'failed_attempt',
  }
}
