import { expect, test } from 'vitest'
import { ago, size, span } from './measures.ts'
import { sparkline } from './sparkline.ts'

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [7_199_999, '1 h'],
  [86_400_000, '1 d'],
])('%i ms are %s', (ms, words) => expect(span(ms)).toBe(words))

test('an instant is told by its distance, whichever side it lies on', () => {
  const now = Date.parse('2026-01-31T08:00:00Z')
  expect(ago('2026-01-31T07:57:00Z', now)).toBe('3 min ago')
  expect(ago('2026-01-31T10:00:00Z', now)).toBe('in 2 h')
  expect(ago(null, now)).toBe('–')
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 KB'],
  [999_949, '999.9 KB'],
  [999_950, '1.0 MB'],
  [1_500_000_000, '1.5 GB'],
])('%i bytes are %s', (bytes, words) => expect(size(bytes)).toBe(words))

test('numbers are a row of bars', () => expect(sparkline([0, 1, 50, 100])).toBe('·▁▄█'))
