import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lastBin, latencyBin, latencyQuantile, type LatencySketch } from './latency-sketch.ts'

const sketchOf = (durations: readonly number[]): LatencySketch => {
  const sketch: Record<number, number> = {}
  for (const durationMs of durations) sketch[latencyBin(durationMs)] = (sketch[latencyBin(durationMs)] ?? 0) + 1
  return sketch
}

const durations = fc.array(fc.double({ min: 0.1, max: 600_000, noNaN: true }), { minLength: 1, maxLength: 300 })

test('a quantile is off by 5 % of the true one at most, whatever the durations', () => {
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const sorted = values.toSorted((left, right) => left - right)
      const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN
      const told = latencyQuantile(sketchOf(values), share) ?? Number.NaN
      expect(Math.abs(told - exact) / exact).toBeLessThanOrEqual(0.05)
    }),
  )
})

test('there are few bins, and durations out of range fall into the outermost', () => {
  expect(lastBin).toBeLessThan(170)
  expect([0, 0.05, 0.1].map(latencyBin)).toEqual([0, 0, 0])
  expect([600_000, 1e9].map(latencyBin)).toEqual([lastBin, lastBin])
  expect(latencyQuantile({}, 0.5)).toBeNull()
})
