import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { createBar } from './progress-bar.ts'

/** A terminal and a clock, both moved by hand. */
const ground = (facts: { isTTY?: boolean; columns?: number }) => {
  let now = 0
  const written: string[] = []
  const bar = createBar({ ...facts, write: (text: string) => void written.push(text) }, () => now)
  return {
    bar,
    written,
    /** The last that was drawn, without what moves the cursor. */
    shown: () => stripVTControlCharacters(written.at(-1) ?? '').replace('\r', ''),
    pass(ms: number) {
      now += ms
    },
  }
}

test.each([12, 20, 30, 45, 60, 80, 200])('a bar says as much as fits into %i columns', (columns) => {
  const { bar, shown, pass } = ground({ isTTY: true, columns })
  for (const done of [0, 1, 137, 499, 500]) {
    pass(2000)
    bar.draw({ done, total: 500, what: 'images', wrong: done > 100 ? '3 failed' : '' })
    expect(shown().length).toBeLessThan(columns)
    expect(
      `${done} of 500 images`.startsWith(
        shown()
          .replace(/^[█▏▎▍▌▋▊▉░]+ /, '')
          .slice(0, 11),
      ),
    ).toBe(true)
  }
})

test('a wide one shows what went wrong, how long it will take and how fast it goes, by the last few seconds', () => {
  const { bar, shown, pass } = ground({ isTTY: true, columns: 100 })
  bar.draw({ done: 0, total: 100, what: 'images' })
  expect(shown()).toBe(`${'░'.repeat(40)} 0 of 100 images`)
  pass(20_000)
  bar.draw({ done: 1, total: 100, what: 'images' })
  pass(2000)
  bar.draw({ done: 41, total: 100, what: 'images', wrong: '1 failed' })
  expect(shown()).toBe(`${'█'.repeat(16)}▍${'░'.repeat(23)} 41 of 100 images · 1 failed · 3 s left · 20/s`)
})

test('what was done before does not count as speed', () => {
  const { bar, shown, pass } = ground({ isTTY: true, columns: 100 })
  bar.draw({ done: 400, total: 500, what: 'images', before: 400 })
  pass(2000)
  bar.draw({ done: 410, total: 500, what: 'images', before: 400 })
  expect(shown()).toMatch(/410 of 500 images · 18 s left · 5\.0\/s$/)
})

test('where only a share is known it is the bar', () => {
  const { bar, shown } = ground({ isTTY: true, columns: 60 })
  bar.draw({ done: 7, total: undefined, share: 0.5, what: 'sent again' })
  expect(shown()).toMatch(/^█+▌░+ 7 sent again · 50 %$/)
})

test('one that changes faster than an eye sees is drawn now and then, and always at the end', () => {
  const { bar, written, pass } = ground({ isTTY: true, columns: 60 })
  for (let done = 0; done <= 100; done++) {
    bar.draw({ done, total: 100, what: 'images' })
    pass(5)
  }
  expect(written.length).toBeLessThan(20)
  expect(written.at(-1)).toContain('100 of 100')
})

test('lines are printed above it, and it is drawn anew', () => {
  const { bar, written } = ground({ isTTY: true, columns: 60 })
  bar.draw({ done: 1, total: 9, what: 'images' })
  bar.above(() => written.push('a line\n'))
  bar.draw({ done: 2, total: 9, what: 'images' })
  expect(written.slice(1, 3)).toEqual(['\r\u001B[K', 'a line\n'])
  expect(written.at(-1)).toContain('2 of 9')
})
