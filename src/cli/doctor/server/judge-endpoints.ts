import { spanWords } from '../../../webhooks/time-words.ts'
import { failure, ok, warning, type Finding, type Unmade } from '../finding.ts'
import type { EndpointState, ServerFacts } from './server-facts.ts'

/** How an endpoint is called: by its name, or else its URL. */
const nameOf = ({ endpoint: { name, url } }: EndpointState): string => name || url

const judgeState = (state: EndpointState): Finding | undefined => {
  const { endpoint, explanation = '' } = state
  const subject = nameOf(state)
  if (endpoint.state === 'suspended')
    return failure('active', {
      subject,
      what: `it has been suspended since ${endpoint.state_since}`,
      why: explanation,
      fix: `Mend the receiver (imagehooks doctor ${endpoint.url}). Then imagehooks endpoints test ${endpoint.id} resumes it if it passes, and imagehooks endpoints replay ${endpoint.id} --since ${endpoint.state_since} sends what it missed.`,
    })
  if (endpoint.state === 'paused')
    return warning('active', {
      subject,
      what: `it has been paused since ${endpoint.state_since}`,
      why: 'Nothing is sent to it: what happens meanwhile waits, each event for 24 hours, and is then given up.',
      fix: `If it shall not be: imagehooks endpoints resume ${endpoint.id}`,
    })
  return undefined
}

/** `3 × status 5xx, 1 × timeout`, the most frequent first. */
const failuresOf = ({ totals }: EndpointState): string =>
  Object.entries(totals.failures)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 4)
    .map(([kind, count]) => `${count} × ${kind.replaceAll('_', ' ')}`)
    .join(', ')

const judgeAttempts = (state: EndpointState, now: number): Finding | undefined => {
  const { endpoint, totals, explanation = '' } = state
  // That it was suspended says it already.
  if (endpoint.state === 'suspended') return undefined
  const subject = nameOf(state)
  const list = `imagehooks deliveries list --endpoint ${endpoint.id}`
  if (endpoint.failing_since !== null)
    return failure('attempts', {
      subject,
      what: `every attempt has failed for ${spanWords(now - Date.parse(endpoint.failing_since))}`,
      why: explanation,
      fix: `Mend the receiver: imagehooks doctor ${endpoint.url} examines it, ${list} shows what was sent.`,
    })
  if (totals.attempts_failed === 0) return undefined
  return warning('attempts', {
    subject,
    what: `${totals.attempts_failed} of ${totals.attempts} attempts of the last 24 hours failed: ${failuresOf(state)}`,
    why: explanation,
    fix: `See which, and what was answered: ${list}`,
  })
}

const judgeWanted = ({ endpoints, wanted }: ServerFacts): Finding => {
  const missing = wanted.filter((type) =>
    endpoints.every(({ endpoint }) => !endpoint.active || !endpoint.events.includes(type)),
  )
  if (missing.length === 0)
    return ok('events', `${wanted.join(', ')} ${wanted.length === 1 ? 'goes' : 'go'} to an active endpoint`)
  const asleep = endpoints.find(({ endpoint }) => missing.some((type) => endpoint.events.includes(type)))
  const first = endpoints[0]?.endpoint
  return failure('events', {
    what: `no active endpoint gets ${missing.join(', ')}`,
    why: asleep
      ? `${nameOf(asleep)} would, but is ${asleep.endpoint.state}.`
      : 'Such an event is stored and sent to nobody.',
    fix: asleep
      ? 'Do what stands at active.'
      : `imagehooks endpoints edit ${first?.id} --events ${[...new Set([...(first?.events ?? []), ...missing])].join(',')}`,
  })
}

const sent = (endpoints: readonly EndpointState[]): string => {
  const count = endpoints.reduce((sum, { totals }) => sum + totals.attempts, 0)
  return count === 0 ? 'nothing was sent in the last 24 hours' : `${count} in the last 24 hours, all answered 2xx`
}

/** Whether there are endpoints, whether they are sent to, and whether what is sent arrives. */
export const judgeEndpoints = (facts: ServerFacts): readonly (Finding | Unmade)[] => {
  const { endpoints, sender } = facts
  if (endpoints.length === 0)
    return [
      failure('endpoints', {
        what: 'there is no endpoint',
        why: 'Events are stored, and nobody is told.',
        fix: 'imagehooks endpoints add https://shop.example/webhooks --primary',
      }),
      ...['active', 'events', 'attempts'].map((check) => ({ check, because: 'there is no endpoint' })),
    ]
  const states = endpoints.flatMap((state) => judgeState(state) ?? [])
  const attempts = endpoints.flatMap((state) => judgeAttempts(state, Date.parse(sender.now)) ?? [])
  const isOne = endpoints.length === 1
  return [
    ok('endpoints', isOne ? 'there is one' : `there are ${endpoints.length}`),
    ...(states.length > 0 ? states : [ok('active', isOne ? 'it is' : 'all of them are')]),
    // An endpoint that is stopped gets nothing; that it is stopped is said.
    ...(states.length > 0 && states.length === endpoints.length
      ? [{ check: 'events', because: 'no endpoint is active' }]
      : [judgeWanted(facts)]),
    ...(attempts.length > 0 ? attempts : [ok('attempts', sent(endpoints))]),
  ]
}
