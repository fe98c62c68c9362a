import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyTally, failureKind, successRate, sumTallies, type Tally } from './tally.ts'

const counts = fc.dictionary(fc.constantFrom('status_5xx', 'timeout', 'dns_failed'), fc.nat(1000))
const tallies: fc.Arbitrary<Tally> = fc.record({
  attempts: fc.nat(1000),
  succeeded: fc.nat(1000),
  failures: counts,
  deliveriesSucceeded: fc.nat(1000),
  deliveriesDead: fc.nat(1000),
  latency: fc.dictionary(fc.nat(160).map(String), fc.nat(1000)),
})

test('tallies add up in any order and grouping', () => {
  fc.assert(
    fc.property(fc.array(tallies), fc.nat(), (all, cut) => {
      const at = all.length === 0 ? 0 : cut % all.length
      const whole = sumTallies(all)
      const [first, second] = [sumTallies(all.slice(0, at)), sumTallies(all.slice(at))]
      expect(sumTallies([second, first])).toEqual(whole)
      expect(whole.attempts).toBe(all.reduce((sum, { attempts }) => sum + attempts, 0))
    }),
  )
  expect(sumTallies([])).toEqual(emptyTally)
})

test('a failure is called by its network error or the class of its status', () => {
  expect(failureKind({ status: 503, error: null })).toBe('status_5xx')
  expect(failureKind({ status: null, error: { kind: 'timeout', message: '' } })).toBe('timeout')
})

test('there is no success rate without attempts', () => {
  expect(successRate(emptyTally)).toBeNull()
  expect(successRate({ ...emptyTally, attempts: 4, succeeded: 3 })).toBe(0.75)
})
