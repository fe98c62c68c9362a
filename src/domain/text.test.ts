import { expect, test } from 'vitest'
import { isPlainText } from './text.ts'

test.each(['', 'a b', 'größe 写真 👩‍👩‍👧', '\u00a0'])('%j is plain', (text) => {
  expect(isPlainText(text)).toBe(true)
})

test.each(['\u0000', 'a\tb', 'a\nb', '\u007f', '\u0085', '\ud800', 'a\udc00b'])('%j is not plain', (text) => {
  expect(isPlainText(text)).toBe(false)
})
