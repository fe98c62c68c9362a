import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Forwarded } from './forward.ts'
import { jsonLines, textLines } from './listen-lines.ts'

const forwarded = (change: Partial<Forwarded> & { imageId?: string } = {}): Forwarded => ({
  event: {
    id: 'evt_1',
    type: 'image.uploaded',
    created: '',
    cursor: '7',
    body: JSON.stringify({ image: { id: change.imageId ?? '2cdc28f0-017a-49c4-9ed7-87056c839000' } }),
  },
  url: new URL('http://127.0.0.1:8787/webhooks'),
  headers: { 'webhook-id': 'evt_1' },
  attempt: 1,
  status: 200,
  error: null,
  durationMs: 12,
  pretended: false,
  answer: '',
  ...change,
})

/** What is printed at a width, without its colours. */
const linesOf = (columns: number | undefined, ...all: readonly Forwarded[]): string[] => {
  const printed: string[] = []
  const now = (): number => new Date(2026, 0, 15, 10, 30, 45).getTime()
  const lines = textLines({ print: (line) => void printed.push(line), now, columns: () => columns })
  for (const each of all) lines.forwarded(each)
  return printed.map((line) => stripVTControlCharacters(line))
}

test('a request is a line with time, type, image, answer and duration', () => {
  expect(linesOf(undefined, forwarded(), forwarded({ attempt: 2, status: 500, pretended: true }))).toEqual([
    '10:30:45  image.uploaded  2cdc28f0-017a-49c4-9ed7-87056c839000  ← 200  12 ms',
    '10:30:45  image.uploaded  2cdc28f0-017a-49c4-9ed7-87056c839000  attempt 2  ← 500 (pretended)  12 ms',
  ])
})

test('below a refusal stands what the receiver said; where none answered, why', () => {
  const refused = { status: null, error: 'The connection was refused.' }
  expect(linesOf(undefined, forwarded({ status: 401, answer: 'no\n' }), forwarded(refused))).toEqual([
    expect.stringContaining('← 401  12 ms'),
    '          ↳ no',
    expect.stringContaining('✗ The connection was refused.  12 ms'),
  ])
})

test.each([40, 60, 80, 120])('at %i columns no line is wider, and the image is told all the same', (columns) => {
  const long = { imageId: 'profile_'.repeat(30) }
  const lines = linesOf(columns, forwarded(long), forwarded({ ...long, status: 401, answer: 'x'.repeat(300) }))
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
  expect(lines[0]).toMatch(/image\.uploaded {2}[profile_]+… {2}← 200 {2}12 ms$/)
})

test('whatever a server names its things, the lines stay lines', () => {
  const hostile = '\u001b]0;mine\u0007\u001b[2J\n\u202e'
  const event = {
    id: hostile,
    type: hostile,
    created: '',
    cursor: hostile,
    body: `{"image":{"id":${JSON.stringify(hostile)}}}`,
  }
  const lines = linesOf(80, forwarded({ event }), forwarded({ event: { ...event, body: '[not json' } }))
  expect(lines).toHaveLength(2)
  for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  const printed: string[] = []
  jsonLines((line) => void printed.push(line)).forwarded(forwarded({ event }))
  expect(printed[0]).not.toMatch(/\p{Cc}/u)
  expect(JSON.parse(printed[0] ?? '')).toMatchObject({ id: hostile, event: hostile, image_id: hostile })
})
