import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Attempt, Delivery, DeliveryReason } from '../domain/delivery.ts'
import { deliveryReasons, deliveryStates } from '../store/deliveries.ts'
import { adviceOf } from './advice.ts'
import { explainDelivery, explainEndpoint, type DeliveryFacts, type ExplainedEndpoint } from './explain.ts'
import { instantWords, spanWords } from './time-words.ts'

const now = Date.UTC(2026, 0, 15, 10, 30)
const minuteMs = 60_000

const endpoint: ExplainedEndpoint = {
  url: 'https://example.com/hooks',
  name: 'shop',
  eventTypes: ['image.uploaded'],
  ordered: false,
  state: 'active',
  stateReason: null,
  stateSince: now - 3_600_000,
  failingSince: null,
}

const attempt = (status: number | null, kind = 'timeout', message = 'No answer came in time.'): Attempt => ({
  id: 'att_1',
  eventId: 'evt_1',
  endpointId: 'webhook_1',
  number: 2,
  startedAt: now - 5 * minuteMs,
  url: endpoint.url,
  address: null,
  status,
  error: status === null ? { kind, message } : null,
  durationMs: 10,
  timings: { dnsMs: null, connectMs: null, ttfbMs: null, totalMs: 10 },
  requestHeaders: {},
  responseHeaders: [],
  responseBody: new Uint8Array(),
})

const delivery = (changes: Partial<Delivery> = {}): Delivery => ({
  eventId: 'evt_1',
  endpointId: 'webhook_1',
  accountId: 'a',
  laneId: 'lane_1',
  tier: 1,
  state: 'pending',
  reason: 'failed_attempt',
  dueAt: now + 15 * minuteMs,
  giveUpAt: now + 23 * 60 * minuteMs,
  step: 2,
  attemptCount: 2,
  revision: 3,
  createdAt: now - 6 * minuteMs,
  finishedAt: null,
  ...changes,
})

const explain = (changes: Partial<Delivery>, more: Partial<DeliveryFacts> = {}): string =>
  explainDelivery({
    delivery: delivery(changes),
    event: { type: 'image.uploaded', imageId: 'photo', test: false },
    attempts: [attempt(500)],
    endpoint,
    now,
    ...more,
  })

const dead = (reason: DeliveryReason | null): Partial<Delivery> => ({
  state: 'dead',
  reason,
  finishedAt: now - minuteMs,
})

describe('a delivery', () => {
  it('that is tried again: what, where, how it went, what to do, when it goes on and until when', () => {
    expect(explain({})).toBe(
      'image.uploaded of the image photo, to “shop” (https://example.com/hooks). Attempt 2, at 2026-01-15T10:25:00Z (5 minutes ago), was answered 500. The receiver failed while handling it; see its log. Attempt 3 follows at 2026-01-15T10:45:00Z (in 15 minutes). Nothing is tried after 2026-01-16T09:30:00Z (in 23 hours).',
    )
  })

  it.each<[string, Partial<Delivery>, Partial<DeliveryFacts>, RegExp]>([
    [
      'was not attempted yet',
      { reason: null, attemptCount: 0, dueAt: now },
      { attempts: [] },
      /It has not been attempted\. Attempt 1 is due: it runs/,
    ],
    ['has attempts that retention removed', {}, { attempts: [] }, /Its attempts are older than the retention\./],
    [
      'was asked to wait',
      { reason: 'retry_after' },
      { attempts: [attempt(429)] },
      /asked too often.*Attempt 3 follows .* since the receiver asked for patience/,
    ],
    ['was replayed', { reason: 'replayed', dueAt: now }, {}, /It was replayed\. Attempt 3 is due/],
    [
      'waits for a paused endpoint',
      {},
      { endpoint: { ...endpoint, state: 'paused', stateReason: 'paused by hand' } },
      /has been paused by hand, since .*Nothing is sent until it is resumed.*can be replayed/,
    ],
    [
      'waits for a suspended endpoint',
      {},
      { endpoint: { ...endpoint, state: 'suspended', stateReason: 'answered 410' } },
      /suspended, because: answered 410, since/,
    ],
    [
      'waits for a secret',
      {},
      { endpoint: { ...endpoint, state: 'suspended', stateReason: 'secret_unreadable' } },
      /cannot be opened with the master key any more \(set a new secret\)/,
    ],
    [
      'waits behind others of an ordered endpoint',
      { tier: 3, dueAt: now - minuteMs, attemptCount: 0, reason: null },
      { attempts: [] },
      /Attempt 1 waits until every delivery before it has succeeded or was given up/,
    ],
    [
      'is the first of an ordered endpoint and failed',
      { tier: 3, dueAt: now + minuteMs, attemptCount: 2 },
      { attempts: [attempt(500)] },
      /Attempt 3 follows at/,
    ],
    ['is past its deadline', { giveUpAt: now - 1 }, {}, /is about to be given up/],
    ['has lost its endpoint', {}, { endpoint: undefined }, /an endpoint that was removed\..*about to be canceled/],
    [
      'has succeeded',
      { state: 'succeeded', reason: null, finishedAt: now },
      { attempts: [attempt(204)] },
      /was answered 204\. It has succeeded/,
    ],
    [
      'was canceled',
      { state: 'canceled', reason: 'endpoint_removed', finishedAt: now },
      { endpoint: undefined },
      /was canceled because its endpoint was removed/,
    ],
    [
      'used up the schedule',
      dead('schedule_exhausted'),
      {},
      /Every attempt of the retry schedule failed.*It ended at .*replay it/,
    ],
    ['ran out of time', dead('deadline_passed'), {}, /deadline passed before another attempt.*replay it/],
    [
      'never had a chance',
      { ...dead('never_attempted'), attemptCount: 0 },
      { attempts: [] },
      /without a single attempt/,
    ],
    ['met 410', dead('endpoint_gone'), { attempts: [attempt(410)] }, /answered 410 \(Gone\): it wants nothing more/],
    ['met disable', dead('endpoint_disabled'), {}, /`webhook-delivery: disable`/],
    ['met abort-message', dead('receiver_aborted'), {}, /`webhook-delivery: abort-message`/],
    ['died of a reason unknown', dead(null), {}, /It was given up\./],
    ['died and lost its endpoint', dead('schedule_exhausted'), { endpoint: undefined }, /cannot be replayed/],
    [
      'was a Test',
      dead('schedule_exhausted'),
      { event: { type: 'image.deleted', imageId: 'x', test: true } },
      /^A Test of image\.deleted, .* attempted once and never repeated/,
    ],
    ['is unnamed', {}, { endpoint: { ...endpoint, name: '' } }, /, to https:\/\/example\.com\/hooks\./],
  ])('that %s', (_, changes, more, says) => {
    expect(explain(changes, more)).toMatch(says)
  })

  it('in any state, for any reason, is one paragraph of whole sentences', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...deliveryStates),
        fc.constantFrom(null, ...deliveryReasons),
        fc.constantFrom<ExplainedEndpoint['state'] | 'removed'>('active', 'paused', 'suspended', 'removed'),
        fc.constantFrom(null, 200, 301, 404, 410, 429, 503),
        fc.integer({ min: -100_000_000, max: 100_000_000 }),
        (state, reason, endpointState, status, awayMs) => {
          const text = explain(
            { state, reason, dueAt: now + awayMs, finishedAt: state === 'pending' ? null : now },
            {
              attempts: [attempt(status)],
              endpoint: endpointState === 'removed' ? undefined : { ...endpoint, state: endpointState },
            },
          )
          expect(text).toMatch(/^image\.uploaded of .*\.$/)
          expect(text).not.toMatch(/undefined|null|NaN|\n| {2}/)
        },
      ),
    )
  })
})

describe('advice', () => {
  it.each([
    [attempt(302), /final URL/],
    [attempt(401), /secret/],
    [attempt(404), /path/],
    [attempt(503), /log/],
    [attempt(null, 'dns_failed'), /host name/],
    [attempt(null, 'tls_certificate_expired'), /certificate/],
    [attempt(null, 'forbidden_address'), /--allow-target/],
    [attempt(null, 'timeout'), /first/],
  ])('names the next thing to look at', (failed, says) => {
    expect(adviceOf(failed)).toMatch(says)
  })

  it('is silent where there is none', () => {
    expect([adviceOf(attempt(200)), adviceOf(attempt(418)), adviceOf(attempt(null, 'client_closed'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('an endpoint', () => {
  const facts = { endpoint, waiting: { count: 0, more: false }, lastAttempt: undefined, now }

  it('that is well', () => {
    expect(explainEndpoint({ ...facts, lastAttempt: attempt(200) })).toBe(
      'The endpoint “shop” (https://example.com/hooks) gets image.uploaded. It is active. The last attempt known, at 2026-01-15T10:25:00Z (5 minutes ago), was answered 200. Nothing waits to be sent.',
    )
  })

  it('that fails says since when and what to do', () => {
    const failing = { ...endpoint, failingSince: now - 2 * 86_400_000 }
    expect(
      explainEndpoint({ ...facts, endpoint: failing, waiting: { count: 1, more: false }, lastAttempt: attempt(401) }),
    ).toMatch(
      /Every attempt has failed for 2 days, since .* was answered 401\. .*compare the secret.* 1 delivery waits to be sent\.$/,
    )
  })

  it('that was stopped says why and how it goes on', () => {
    const waiting = { count: 1000, more: true }
    const suspended = { ...endpoint, state: 'suspended', stateReason: 'answered 410' } as const
    expect(explainEndpoint({ ...facts, endpoint: suspended, waiting })).toMatch(
      /suspended, because: answered 410.*More than 1000 deliveries wait.*A Test that passes resumes it.*replay what it missed since 2026-01-15T09:30:00\.000Z/,
    )
    expect(explainEndpoint({ ...facts, endpoint: { ...endpoint, state: 'paused' }, waiting })).toMatch(
      /paused by hand.*Resume it with active: true/,
    )
  })
})

it('speaks of time in units that people think in', () => {
  expect([0, 999, 1000, 59_000, 61_000, 7_200_000, 86_400_000, 172_800_000].map(spanWords)).toEqual([
    'a moment',
    'a moment',
    '1 second',
    '59 seconds',
    '1 minute',
    '2 hours',
    '1 day',
    '2 days',
  ])
  expect(instantWords(now + 1, now)).toBe('2026-01-15T10:30:00Z (in a moment)')
})
