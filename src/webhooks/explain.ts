import type { EventType } from '@imagehooks/receiver'
import type { Attempt, Delivery, DeliveryReason } from '../domain/delivery.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { adviceOf, outcomeWords } from './advice.ts'
import { isSuccess } from './decide.ts'
import { instantWords, spanWords } from './time-words.ts'

/** What of an endpoint an explanation needs. */
export type ExplainedEndpoint = Pick<
  Endpoint,
  'url' | 'name' | 'eventTypes' | 'ordered' | 'state' | 'stateReason' | 'stateSince' | 'failingSince'
>

export type DeliveryFacts = {
  readonly delivery: Delivery
  readonly event: { readonly type: EventType; readonly imageId: string; readonly test: boolean }
  /** In the order in which they were made. */
  readonly attempts: readonly Attempt[]
  /** Undefined when it was removed. */
  readonly endpoint: ExplainedEndpoint | undefined
  readonly now: number
}

export type EndpointFacts = {
  readonly endpoint: ExplainedEndpoint
  /** Deliveries that wait; `more` when there are so many that no further were counted. */
  readonly waiting: { readonly count: number; readonly more: boolean }
  /** The newest attempt that is known. */
  readonly lastAttempt: Attempt | undefined
  readonly now: number
}

const paragraph = (sentences: readonly (string | undefined)[]): string =>
  sentences.filter((sentence) => sentence !== undefined).join(' ')

const placeOf = ({ name, url }: ExplainedEndpoint): string => (name === '' ? url : `“${name}” (${url})`)

const replayIt = 'Repair the cause and replay it; it then has a new deadline.'

/** Why a delivery was given up. */
const deaths: Readonly<Partial<Record<DeliveryReason, string>>> = {
  schedule_exhausted: 'Every attempt of the retry schedule failed, so it was given up.',
  deadline_passed: 'Its deadline passed before another attempt could be made, so it was given up.',
  never_attempted:
    'Its deadline passed without a single attempt, because the endpoint was stopped or failing with a backlog before it.',
  endpoint_gone: 'The receiver answered 410 (Gone): it wants nothing more, so no further attempt is made.',
  endpoint_disabled:
    'The receiver’s answer said `webhook-delivery: disable`: it wants nothing more, so the endpoint was suspended and no further attempt is made.',
  receiver_aborted:
    'The receiver’s answer said `webhook-delivery: abort-message`: it does not want this event again, so no further attempt is made.',
}

const stopped = ({ state, stateReason, stateSince }: ExplainedEndpoint, now: number): string | undefined => {
  if (state === 'active') return undefined
  const why = state === 'suspended' ? `, because: ${reasonWords(stateReason)}` : ' by hand'
  return `The endpoint has been ${state}${why}, since ${instantWords(stateSince, now)}.`
}

const reasonWords = (reason: string | null): string =>
  reason === 'secret_unreadable'
    ? 'its secret cannot be opened with the master key any more (set a new secret)'
    : (reason ?? 'no reason was noted')

const behindOthers =
  'every delivery before it has succeeded or was given up, since the endpoint is ordered and gets one at a time'

/** What comes next for a delivery that is pending. */
const nextOf = ({ delivery, endpoint, now }: DeliveryFacts): (string | undefined)[] => {
  const { dueAt, giveUpAt, attemptCount, reason, tier } = delivery
  if (!endpoint) return ['Its endpoint was removed, so it is about to be canceled.']
  if (giveUpAt < now) return [`Its deadline was ${instantWords(giveUpAt, now)}, so it is about to be given up.`]
  const deadline = `Nothing is tried after ${instantWords(giveUpAt, now)}.`
  if (endpoint.state !== 'active')
    return [
      stopped(endpoint, now),
      `Nothing is sent until it is resumed. ${deadline} What is given up until then can be replayed.`,
    ]
  const next = `Attempt ${attemptCount + 1}`
  if (tier === 3 && attemptCount === 0) return [`${next} waits until ${behindOthers}.`, deadline]
  if (dueAt <= now) return [`${next} is due: it runs at this moment or waits for its turn.`, deadline]
  const asked = reason === 'retry_after' ? ', since the receiver asked for patience with Retry-After' : ''
  return [`${next} follows at ${instantWords(dueAt, now)}${asked}.`, deadline]
}

/** What came of a delivery, by its state. */
const fateOf = (facts: DeliveryFacts): (string | undefined)[] => {
  const { delivery, event, endpoint, now } = facts
  const at = delivery.finishedAt === null ? '' : ` It ended at ${instantWords(delivery.finishedAt, now)}.`
  switch (delivery.state) {
    case 'pending':
      return [delivery.reason === 'replayed' ? 'It was replayed.' : undefined, ...nextOf(facts)]
    case 'succeeded':
      return [`It has succeeded: any status from 200 to 299 counts, and nothing more is sent.${at}`]
    case 'canceled':
      return [`It was canceled because its endpoint was removed, and cannot be replayed.${at}`]
    case 'dead':
      if (event.test) return [`A Test is attempted once and never repeated.${at}`]
      return [
        `${(delivery.reason && deaths[delivery.reason]) ?? 'It was given up.'}${at}`,
        endpoint && stopped(endpoint, now),
        endpoint ? replayIt : 'Its endpoint was removed, so it cannot be replayed.',
      ]
  }
}

/** What happened to a delivery, why, and what comes next: one paragraph for people. */
export const explainDelivery = (facts: DeliveryFacts): string => {
  const { delivery, event, attempts, endpoint, now } = facts
  const last = attempts.at(-1)
  const what = event.test ? `A Test of ${event.type}` : `${event.type} of the image ${event.imageId}`
  const failed = last && !isSuccess(last.status ?? undefined)
  const tried =
    last === undefined
      ? delivery.attemptCount === 0
        ? 'It has not been attempted.'
        : 'Its attempts are older than the retention.'
      : `Attempt ${last.number}, at ${instantWords(last.startedAt, now)}, ${outcomeWords(last)}`
  return paragraph([
    `${what}, to ${endpoint ? placeOf(endpoint) : 'an endpoint that was removed'}.`,
    tried,
    failed && delivery.state !== 'succeeded' ? adviceOf(last) : undefined,
    ...fateOf(facts),
  ])
}

/** How an endpoint fares, why, and what comes next: one paragraph for people. */
export const explainEndpoint = ({ endpoint, waiting, lastAttempt, now }: EndpointFacts): string => {
  const { state, failingSince, eventTypes, stateSince, ordered } = endpoint
  const count = `${waiting.more ? 'More than ' : ''}${waiting.count} ${waiting.count === 1 ? 'delivery waits' : 'deliveries wait'}`
  const failing =
    failingSince === null
      ? undefined
      : `Every attempt has failed for ${spanWords(now - failingSince)}, since ${instantWords(failingSince, now)}.`
  const last =
    lastAttempt &&
    `The last attempt known, at ${instantWords(lastAttempt.startedAt, now)}, ${outcomeWords(lastAttempt)}`
  const next: Record<typeof state, string> = {
    active: waiting.count === 0 ? 'Nothing waits to be sent.' : `${count} to be sent.`,
    paused: `${count}, each until its own deadline. Resume it with active: true; what was given up until then can be replayed.`,
    suspended: `${count}, each until its own deadline. A Test that passes resumes it, and so does active: true; then replay what it missed since ${new Date(stateSince).toISOString()}.`,
  }
  return paragraph([
    `The endpoint ${placeOf(endpoint)} gets ${eventTypes.join(', ')}.`,
    stopped(endpoint, now) ?? 'It is active.',
    ordered
      ? 'It is ordered: one delivery at a time, and all others wait until that has succeeded or was given up.'
      : undefined,
    failing,
    last,
    lastAttempt && !isSuccess(lastAttempt.status ?? undefined) ? adviceOf(lastAttempt) : undefined,
    next[state],
  ])
}
