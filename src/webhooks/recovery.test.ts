import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { createFailurePause, createRamp } from './recovery.ts'

describe('the pause between failures', () => {
  it('costs nothing after the first, then doubles to four seconds, and ends with the first success', () => {
    const clock = fakeClock()
    const pause = createFailurePause(clock, { fraction: () => 0 })
    const pauses: number[] = []
    for (let failures = 0; failures < 12; failures++) {
      pause.failed(pause.begin())
      pauses.push(pause.waitMs())
      clock.advance(pause.waitMs())
      expect(pause.waitMs()).toBe(0)
    }
    expect(pauses).toEqual([0, 50, 100, 200, 400, 800, 1600, 3200, 4000, 4000, 4000, 4000])
    pause.failed(pause.begin())
    expect(pause.end()).toBe(pauses.reduce((sum, ms) => sum + ms, 0))
    expect(pause.waitMs()).toBe(0)
    expect(pause.end()).toBe(0)
    pause.failed(pause.begin())
    expect(pause.waitMs()).toBe(0)
  })

  it('counts attempts that ran side by side as one', () => {
    const clock = fakeClock()
    const pause = createFailurePause(clock, { fraction: () => 0 })
    const begun = Array.from({ length: 64 }, () => pause.begin())
    for (const one of begun) pause.failed(one)
    expect(pause.waitMs()).toBe(0)
    pause.failed(pause.begin())
    expect(pause.waitMs()).toBe(50)
  })

  it('is never longer than six seconds, and never shorter than without jitter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 2, maxLength: 20 }),
        (fractions) => {
          const clock = fakeClock()
          let failures = 0
          const pause = createFailurePause(clock, { fraction: () => fractions[failures] ?? 0 })
          for (; failures < fractions.length; failures++) {
            pause.failed(pause.begin())
            const least = failures === 0 ? 0 : Math.min(4000, 50 * 2 ** (failures - 1))
            expect(pause.waitMs()).toBeGreaterThanOrEqual(least)
            expect(pause.waitMs()).toBeLessThanOrEqual(Math.ceil(least * 1.5))
          }
        },
      ),
    )
  })

  it('can be skipped once; the next failure waits as if nothing had been skipped', () => {
    const pause = createFailurePause(fakeClock(), { fraction: () => 0 })
    for (let failures = 0; failures < 4; failures++) pause.failed(pause.begin())
    pause.skip()
    expect(pause.waitMs()).toBe(0)
    pause.failed(pause.begin())
    expect(pause.waitMs()).toBe(400)
  })
})

describe('the ramp', () => {
  it('does not exist before it is started', () => {
    const ramp = createRamp(fakeClock())
    expect(Array.from({ length: 10_000 }, () => ramp.take()).every((waitMs) => waitMs === 0)).toBe(true)
  })

  it('doubles every five seconds from ten a second, and is over after 45', () => {
    const clock = fakeClock()
    const ramp = createRamp(clock)
    ramp.start()
    const perSpan: number[] = []
    for (let span = 0; span < 8; span++) {
      let count = 0
      for (const until = clock.now() + 5000; clock.now() < until;) {
        const waitMs = ramp.take()
        if (waitMs === 0) count += 1
        else clock.advance(Math.min(waitMs, until - clock.now()))
      }
      perSpan.push(count)
    }
    clock.advance(5000)
    for (const [span, count] of perSpan.entries()) {
      const average = (10 * 2 ** span * 5) / Math.LN2
      expect(count).toBeGreaterThan(average * 0.9)
      expect(count).toBeLessThan(average * 1.1)
    }
    expect(Array.from({ length: 10_000 }, () => ramp.take()).every((waitMs) => waitMs === 0)).toBe(true)
  })
})
