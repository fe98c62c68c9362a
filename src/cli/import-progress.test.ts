import { expect, test } from 'vitest'
import { createProgress, importSummary } from './import-progress.ts'
import type { ImportReport } from './import-run.ts'

const report = (imported: number): ImportReport => ({ imported, present: 0, variants: 2, keys: 1, failed: [] })

/** A second goes by between one look and the next. */
const clock = () => {
  let now = 0
  return () => (now += 1000)
}

const screenOf = (facts: { isTTY?: boolean; columns?: number }) => {
  const written: string[] = []
  return { written, screen: { ...facts, write: (text: string) => void written.push(text) } }
}

test.each([20, 40, 80, 200])('a bar fits a terminal of %i columns and is wiped away at the end', (columns) => {
  const { screen, written } = screenOf({ isTTY: true, columns })
  const progress = createProgress(screen, clock())
  for (const done of [0, 37, 100]) progress.draw(report(done), 100)
  progress.end()
  for (const line of written) expect(line.replace('\r\x1b[K', '').length).toBeLessThan(columns)
  expect(written[1]).toContain('37 of 100 images')
  expect(written.at(-1)).toBe('\r\x1b[K')
})

test('without a total, or with more than it said, the count alone tells', () => {
  const { screen, written } = screenOf({ isTTY: true, columns: 80 })
  createProgress(screen, clock()).draw(report(37), undefined)
  createProgress(screen, clock()).draw(report(37), 30)
  expect(written[0]).toBe('\r\x1b[K37 images · 12/s')
  expect(written[1]).toContain('37 of 37 images')
})

test('where nobody watches, a plain line stands now and then', () => {
  const { screen, written } = screenOf({})
  const progress = createProgress(screen, clock())
  for (let done = 1; done <= 250; done++) progress.draw(report(done), 250)
  progress.end()
  expect(written).toEqual(['100 of 250 images\n', '200 of 250 images\n'])
})

test('the summary names each failure with its mend, and no name moves the cursor', () => {
  const failed = [{ id: 'a\x1b[2Jb', problem: 'The source answered 404 for the bytes.', fix: 'upload it' }]
  expect(importSummary({ ...report(3), failed }))
    .toBe(`Imported 3 images; 0 were there already; 2 variants and 1 signing keys are as at the source.
1 did not come over:
  a [2Jb: The source answered 404 for the bytes.
    → upload it`)
})
