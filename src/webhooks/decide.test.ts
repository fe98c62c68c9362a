import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultRetryPolicy } from '../domain/retry-policy.ts'
import { decide, readInstruction, readRetryAfter, type Facts } from './decide.ts'

const facts = (over: Partial<Facts> = {}): Facts => ({
  status: 500,
  retryAfter: undefined,
  instruction: undefined,
  endedAt: 1_000_000,
  giveUpAt: 1_000_000 + 24 * 3_600_000,
  step: 0,
  endpointChanged: false,
  fraction: 0,
  ...over,
})

const anyFacts = fc.record({
  status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
  retryAfter: fc.option(fc.oneof(fc.string(), fc.nat().map(String)), { nil: undefined }),
  instruction: fc.option(fc.constantFrom('disable', 'abort-message', 'retry', ''), { nil: undefined }),
  endedAt: fc.integer({ min: 0, max: 2_000_000_000_000 }),
  giveUpAt: fc.integer({ min: 0, max: 2_000_000_000_000 }),
  step: fc.integer({ min: 0, max: 12 }),
  endpointChanged: fc.boolean(),
  fraction: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
})

describe('decide', () => {
  it('succeeds on every 2xx and on nothing else', () => {
    fc.assert(
      fc.property(anyFacts, (known) => {
        const succeeded = known.status !== undefined && known.status >= 200 && known.status < 300
        expect(decide(defaultRetryPolicy, known).kind === 'succeeded').toBe(succeeded)
      }),
    )
  })

  it('never tries again before the base delay nor after the deadline, whatever the receiver asks for', () => {
    fc.assert(
      fc.property(anyFacts, (known) => {
        const decision = decide(defaultRetryPolicy, known)
        fc.pre(decision.kind === 'retry')
        const delayMs = defaultRetryPolicy.scheduleMs[known.step] ?? Number.NaN
        expect(decision.dueAt).toBeGreaterThanOrEqual(known.endedAt + delayMs)
        expect(decision.dueAt).toBeLessThanOrEqual(known.giveUpAt)
        expect(decision.step).toBe(known.step + 1)
      }),
    )
  })

  it('goes on in time from attempt to attempt, whatever each was answered, and ends by the deadline', () => {
    const answer = fc.record({
      status: fc.option(fc.constantFrom(301, 401, 429, 500, 503), { nil: undefined }),
      retryAfter: fc.option(
        fc.oneof(
          fc.nat({ max: 100_000 }).map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        { nil: undefined },
      ),
      fraction: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      tookMs: fc.nat({ max: 30_000 }),
      lateMs: fc.nat({ max: 60_000 }),
    })
    fc.assert(
      fc.property(fc.array(answer, { minLength: 12, maxLength: 12 }), (answers) => {
        const giveUpAt = 24 * 3_600_000
        let [dueAt, step] = [0, 0]
        for (const { tookMs, lateMs, ...answered } of answers) {
          const endedAt = dueAt + lateMs + tookMs
          const decision = decide(defaultRetryPolicy, facts({ ...answered, step, endedAt, giveUpAt }))
          if (decision.kind !== 'retry') return
          expect(decision.dueAt).toBeGreaterThanOrEqual(endedAt + (defaultRetryPolicy.scheduleMs[step] ?? Number.NaN))
          expect(decision.dueAt).toBeGreaterThanOrEqual(dueAt)
          expect(decision.dueAt).toBeLessThanOrEqual(giveUpAt)
          expect(decision.step).toBe(step + 1)
          dueAt = decision.dueAt
          step = decision.step
        }
        throw new Error('The schedule has no end.')
      }),
    )
  })

  it('adds at most a tenth and at most two minutes of jitter, and none to the immediate retry', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (step, fraction) => {
          const decision = decide(defaultRetryPolicy, facts({ step, fraction }))
          if (decision.kind !== 'retry') throw new Error('a retry was expected')
          const delayMs = defaultRetryPolicy.scheduleMs[step] ?? Number.NaN
          const jitter = decision.dueAt - 1_000_000 - delayMs
          expect(jitter).toBeLessThanOrEqual(Math.min(delayMs / 10, 120_000))
        },
      ),
    )
  })

  it('makes ten attempts, the last due 23 h 21 m after the first, then gives up', () => {
    const minutes: number[] = [0]
    let endedAt = 0
    for (let step = 0; ; step++) {
      const decision = decide(defaultRetryPolicy, facts({ step, endedAt, giveUpAt: 24 * 3_600_000 }))
      if (decision.kind !== 'retry') break
      endedAt = decision.dueAt
      minutes.push(endedAt / 60_000)
    }
    expect(minutes).toEqual([0, 0, 1, 6, 21, 81, 201, 441, 921, 1401])
    expect(decide(defaultRetryPolicy, facts({ step: 9 }))).toEqual({
      kind: 'dead',
      reason: 'schedule_exhausted',
      suspendEndpoint: false,
    })
  })

  it('gives up at once when the next delay would end after the deadline', () => {
    expect(decide(defaultRetryPolicy, facts({ step: 4, giveUpAt: 1_000_000 + 59 * 60_000 }))).toMatchObject({
      kind: 'dead',
      reason: 'deadline_passed',
    })
  })

  it('takes Retry-After on 429 and 503 as a floor, up to six hours and the deadline', () => {
    const wait = (over: Partial<Facts>): number => {
      const decision = decide(defaultRetryPolicy, facts(over))
      if (decision.kind !== 'retry') throw new Error('a retry was expected')
      return decision.dueAt - 1_000_000
    }
    expect(wait({ status: 429, retryAfter: '90' })).toBe(90_000)
    expect(wait({ status: 503, retryAfter: '90', step: 2 })).toBe(300_000)
    expect(wait({ status: 500, retryAfter: '90' })).toBe(0)
    expect(wait({ status: 503, retryAfter: '999999' })).toBe(6 * 3_600_000)
    expect(wait({ status: 503, retryAfter: '7200', giveUpAt: 1_000_000 + 3_600_000 })).toBe(3_599_000)
  })

  it('ends the delivery and suspends the endpoint on 410', () => {
    expect(decide(defaultRetryPolicy, facts({ status: 410 }))).toEqual({
      kind: 'dead',
      reason: 'endpoint_gone',
      suspendEndpoint: true,
    })
    expect(decide(defaultRetryPolicy, facts({ status: 410, endpointChanged: true })).kind).toBe('retry')
  })
})

describe('what a receiver says with webhook-delivery', () => {
  it('ends the delivery when it wants no retries of it, and changes nothing about one that arrived', () => {
    expect(decide(defaultRetryPolicy, facts({ instruction: 'abort-message' }))).toEqual({
      kind: 'dead',
      reason: 'receiver_aborted',
      suspendEndpoint: false,
    })
    expect(decide(defaultRetryPolicy, facts({ status: 200, instruction: 'abort-message' }))).toEqual({
      kind: 'succeeded',
    })
  })

  it('suspends the endpoint whatever the status, unless the endpoint has changed since', () => {
    expect(decide(defaultRetryPolicy, facts({ instruction: 'disable' }))).toEqual({
      kind: 'dead',
      reason: 'endpoint_disabled',
      suspendEndpoint: true,
    })
    expect(decide(defaultRetryPolicy, facts({ status: 200, instruction: 'disable' }))).toEqual({
      kind: 'succeeded',
      suspendEndpoint: true,
    })
    expect(decide(defaultRetryPolicy, facts({ instruction: 'disable', endpointChanged: true })).kind).toBe('retry')
    expect(decide(defaultRetryPolicy, facts({ status: 200, instruction: 'disable', endpointChanged: true }))).toEqual({
      kind: 'succeeded',
    })
  })

  it('is read in any case and among others; unknown words say nothing', () => {
    expect(readInstruction(' Disable ')).toBe('disable')
    expect(readInstruction('abort-message, disable')).toBe('disable')
    expect(readInstruction('ABORT-MESSAGE')).toBe('abort-message')
    for (const nothing of [undefined, '', 'enable', 'disabled', 'abort'])
      expect(readInstruction(nothing)).toBeUndefined()
  })
})

describe('readRetryAfter', () => {
  it('reads seconds and HTTP dates and nothing else', () => {
    const now = Date.UTC(2026, 0, 15, 10, 30, 0)
    expect(readRetryAfter('120', now)).toBe(120_000)
    expect(readRetryAfter('9'.repeat(40), now)).toBeGreaterThan(6 * 3_600_000)
    expect(readRetryAfter('Thu, 15 Jan 2026 10:31:00 GMT', now)).toBe(60_000)
    expect(readRetryAfter('Thu, 15 Jan 2026 10:29:00 GMT', now)).toBe(0)
    for (const wrong of ['', 'soon', '-1', '1.5', '1e3', '2026-01-15'])
      expect(readRetryAfter(wrong, now)).toBeUndefined()
  })
})
