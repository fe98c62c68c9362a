import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { type Column, createTable, cut, fitted } from './table.ts'

type Row = { id: string; state: string; text: string; at: number | null }

const columns: readonly Column<Row>[] = [
  { title: 'ID', of: ({ id }) => id, whole: true },
  { title: 'STATE', of: ({ state }) => state, style: () => 'green' },
  { title: 'TEXT', of: ({ text }) => text },
  { title: 'AT', of: ({ at }) => at, shown: ({ at }) => (at === null ? 'never' : `${at} s ago`) },
]

const rows: readonly Row[] = [
  { id: 'dlv_0123456789', state: 'pending', text: 'a\u202Eb\u001B[2J', at: 5 },
  { id: 'dlv_9876543210', state: 'succeeded', text: `${'x'.repeat(60)} end`, at: null },
]

const print = async (facts: { isTTY?: boolean; columns?: number }, ...pages: (readonly Row[])[]): Promise<string> => {
  let written = ''
  const table = createTable(columns, { ...facts, write: (text: string) => void (written += text) })
  for (const page of pages) await table.print(page)
  return written
}

test('a program gets whole values between tabs, without titles, and no text moves the cursor', async () => {
  expect(await print({}, rows)).toBe(
    `dlv_0123456789\tpending\ta b [2J\t5\ndlv_9876543210\tsucceeded\t${'x'.repeat(60)} end\t–\n`,
  )
})

test.each([50, 60, 80, 120, 200])(
  'on a terminal of %i columns each row is a line that fits, and ids are whole',
  async (width) => {
    const lines = stripVTControlCharacters(await print({ isTTY: true, columns: width }, rows))
      .trimEnd()
      .split('\n')
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
    expect(lines[0]).toMatch(/^ID +STATE +TEXT +AT$/)
    expect(lines[2]).toMatch(/^dlv_9876543210 {2}succeeded {2}x+(…| end) +never$/)
  },
)

test.each([20, 30, 45])('where %i columns are too few a row takes two lines', async (width) => {
  const lines = stripVTControlCharacters(await print({ isTTY: true, columns: width }, rows))
    .trimEnd()
    .split('\n')
  expect(lines.map((line) => line.slice(0, 11))).toEqual(['dlv_0123456', '  pending  ', 'dlv_9876543', '  succeeded'])
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
})

test('later pages keep the columns of the first and have no titles of their own', async () => {
  const printed = stripVTControlCharacters(
    await print({ isTTY: true, columns: 80 }, rows.slice(0, 1), [], rows.slice(0, 1)),
  )
  const [head, first, second] = printed.split('\n')
  expect(head).toMatch(/^ID /)
  expect(second).toBe(first)
})

test('colours are there on a terminal', async () => {
  expect(await print({ isTTY: true, columns: 80 }, rows)).toContain('pending')
})

test('columns that may be cut give way, the widest first; those that must not stay', () => {
  const wish = (natural: number, whole = false) => ({ natural, whole })
  expect(fitted([wish(20, true), wish(30), wish(15)], 65)).toEqual([20, 30, 15])
  expect(fitted([wish(20, true), wish(30), wish(19)], 56)).toEqual([20, 18, 18])
  expect(fitted([wish(20, true), wish(30), wish(15)], 35)).toBeUndefined()
})

test('a text is cut between whole characters', () => {
  const wide = (text: string): number => [...new Intl.Segmenter().segment(text)].length * 2
  expect(cut('写真写真', 8, wide)).toBe('写真写真')
  expect(cut('写真写真', 7, wide)).toBe('写真写…')
  expect(cut('👨‍👩‍👧👨‍👩‍👧', 3, wide)).toBe('👨‍👩‍👧…')
})
