import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { LoggedAttempt } from './api.ts'
import { drawLife } from './draw-life.ts'
import type { Life } from './life.ts'
import { tableOfLives } from './tables.ts'
import { cut, flow, harmless, widthOf } from './text.ts'

const image = { id: 'id', filename: 'lake.jpg' }
const failed: LoggedAttempt = { number: 1, status: null, error: 'connection refused', durationMs: 1, endedAt: 1001 }
const good: LoggedAttempt = { number: 2, status: 200, error: null, durationMs: 12, endedAt: 2412 }

const whole: Life = {
  filename: 'lake.jpg',
  steps: [
    { kind: 'upload', image, atMs: 41 },
    { kind: 'event', atMs: 44 },
    { kind: 'attempt', attempt: failed, atMs: 46 },
    { kind: 'worker-back', atMs: 900 },
    { kind: 'attempt', attempt: good, atMs: 1412 },
    { kind: 'row', atMs: 1420 },
    { kind: 'job', atMs: 1460 },
  ],
  delivery: { eventId: 'evt_1', state: 'succeeded', createdAt: 1000, attempts: [failed, good] },
}

const refused: Life = {
  filename: 'broken.jpg',
  steps: [{ kind: 'refusal', sentence: 'The file is not an image. (5455, HTTP 415)', atMs: 9 }],
}

const plain = (lines: readonly string[]): string[] => lines.map((line) => stripVTControlCharacters(line).trimEnd())

describe('the life of an image', () => {
  test('stands on one line where there is room', () => {
    expect(plain(drawLife(whole, 8, 200))).toEqual([
      '  ✓ lake.jpg  upload ✓ +41 ms → event +44 ms → attempt 1 ✗ refused +46 ms → Worker back +900 ms → attempt 2 ✓ 200 +1.41 s → D1 row ✓ +1.42 s → job ✓ +1.46 s',
    ])
  })

  test('hangs below its name where there is little', () => {
    expect(plain(drawLife(whole, 8, 79))).toEqual([
      '  ✓ lake.jpg  upload ✓ +41 ms → event +44 ms → attempt 1 ✗ refused +46 ms →',
      '              Worker back +900 ms → attempt 2 ✓ 200 +1.41 s →',
      '              D1 row ✓ +1.42 s → job ✓ +1.46 s',
    ])
  })

  test('shows that it goes on, and its refusal when it did not begin', () => {
    const begun = { ...whole, steps: whole.steps.slice(0, 2) }
    expect(plain(drawLife(begun, 8, 79, '⠋'))).toEqual(['  ⠋ lake.jpg  upload ✓ +41 ms → event +44 ms → …'])
    expect(plain(drawLife(refused, 10, 79))).toEqual([
      '  ✗ broken.jpg  upload ✗ The file is not an image. (5455, HTTP 415)',
    ])
  })

  test.each([20, 39, 60, 69, 79, 139])('never takes more than the %i columns there are', (columns) => {
    const lines = [
      ...drawLife(whole, 24, columns, '⠋'),
      ...drawLife(refused, 24, columns),
      ...tableOfLives([whole, refused], columns),
    ]
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns)
  })
})

describe('the closing table', () => {
  test('has a row for each image, and the words of a refusal', () => {
    expect(plain(tableOfLives([whole, refused], 99))).toEqual([
      '  ┌────────────┬───────────┬────────────┬──────────┬────────┬───────────┐',
      '  │ image      │ upload ms │ webhook ms │ attempts │ D1 row │ queue job │',
      '  ├────────────┼───────────┼────────────┼──────────┼────────┼───────────┤',
      '  │ lake.jpg   │        41 │       1412 │        2 │   ✓    │     ✓     │',
      '  │ broken.jpg │ refused: The file is not an image. (5455, HTTP 415)    │',
      '  └────────────┴────────────────────────────────────────────────────────┘',
    ])
  })
})

describe('text', () => {
  test('is measured and cut by the columns it takes', () => {
    expect(widthOf('\u001b[31mö漢字\u001b[39m')).toBe(5)
    expect(cut('漢字漢字', 6)).toBe('漢字…')
    expect(cut('short', 5)).toBe('short')
  })

  test('flows by its pieces, and only a piece that is too wide is cut', () => {
    expect(flow(['one', 'two', 'seventeen', 'x'], 8)).toEqual(['one two', 'sevente…', 'x'])
  })

  test('of strangers cannot steer the terminal', () => {
    expect(harmless('a\u001b[2J\nb')).toBe('a�[2J�b')
  })
})
