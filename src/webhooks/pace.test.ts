import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { createInFlightCap, createPacer } from './pace.ts'

describe('the cap of attempts in flight', () => {
  it('halves with each failure down to one and grows back slowly', () => {
    const cap = createInFlightCap(64)
    for (let failures = 0; failures < 10; failures++) cap.failed()
    expect(cap.current()).toBe(1)
    cap.succeeded()
    expect(cap.current()).toBe(2)
    cap.succeeded()
    expect(cap.current()).toBe(2)
    cap.succeeded()
    expect(cap.current()).toBe(3)
    for (let successes = 0; successes < 10_000; successes++) cap.succeeded()
    expect(cap.current()).toBe(64)
  })
})

describe('the pacer', () => {
  it('lets a second of tokens go at once and then keeps the rate', () => {
    const clock = fakeClock()
    const pacer = createPacer(5, clock)
    expect(Array.from({ length: 5 }, () => pacer.take())).toEqual([0, 0, 0, 0, 0])
    expect(pacer.take()).toBe(200)
    clock.advance(200)
    expect(pacer.take()).toBe(0)
    expect(pacer.take()).toBe(200)
    clock.advance(60_000)
    expect(Array.from({ length: 6 }, () => pacer.take())).toEqual([0, 0, 0, 0, 0, 200])
  })

  it('allows less than one a second', () => {
    const clock = fakeClock()
    const pacer = createPacer(0.5, clock)
    expect(pacer.take()).toBe(0)
    expect(pacer.take()).toBe(2000)
    clock.advance(2000)
    expect(pacer.take()).toBe(0)
  })

  it('never waits without a limit', () => {
    const pacer = createPacer(null, fakeClock())
    expect(Array.from({ length: 1000 }, () => pacer.take()).every((waitMs) => waitMs === 0)).toBe(true)
  })
})
