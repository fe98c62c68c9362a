import { assert, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration, parseDurations } from './duration.ts'

test.each([
  ['0s', 0],
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['8h', 28_800_000],
  ['5d', 432_000_000],
])('%s is %i ms', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs)
})

test.each(['', '5', 's', '-1s', '1.5h', '1e3s', ' 1s', '1s ', '1 s', '1w', '1S', '1h30m', '9999999999s', '١s'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test('a list is read in order, blanks around the commas allowed', () => {
  expect(parseDurations('0s, 1m,5m ,15m')).toEqual([0, 60_000, 300_000, 900_000])
})

test.each(['', ',', '1s,', '1s,,2s', '1s;2s', '1s,soon'])('%j is no list of durations', (text) => {
  expect(parseDurations(text)).toBeUndefined()
})

test('what is written is read as it was', () => {
  assert(property(nat(999_999_999), (durationMs) => parseDuration(formatDuration(durationMs)) === durationMs))
  expect(['24h', '90s', '1500ms', '0ms'].map((text) => formatDuration(parseDuration(text) ?? -1))).toEqual([
    '24h',
    '90s',
    '1500ms',
    '0ms',
  ])
})
