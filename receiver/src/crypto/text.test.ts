import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64, decodeHex, encodeBase64, encodeHex, utf8 } from './text.ts'

const hex = '00ff7f80'.repeat(8)

describe('hex', () => {
  test('of 64 digits is read in either case', () => {
    expect(encodeHex(decodeHex(hex) ?? utf8(''))).toBe(hex)
    expect(decodeHex(hex.toUpperCase())).toEqual(decodeHex(hex))
  })

  test.each([
    ['empty', ''],
    ['a digit short', hex.slice(1)],
    ['a digit long', `${hex}0`],
    ['a byte short', hex.slice(2)],
    ['spaces around', ` ${hex.slice(2)} `],
    ['a prefix', `0x${hex.slice(2)}`],
    ['a minus', `-1${hex.slice(2)}`],
    ['a letter beyond f', `zz${hex.slice(2)}`],
    ['a digit and a mark', `3!${hex.slice(2)}`],
    [
      'separators',
      hex
        .slice(0, 32)
        .replace(/..(?=.)/g, '$&:')
        .padEnd(64, ':'),
    ],
    ['digits of another script', '٣'.repeat(64)],
    ['full-width letters', 'ａ'.repeat(64)],
    ['what differs from a digit in bit 5', `${'\u0010'.repeat(2)}${hex.slice(2)}`],
    ['a megabyte', '0'.repeat(1_000_000)],
  ])('is refused: %s', (_way, text) => {
    expect(decodeHex(text)).toBeUndefined()
  })

  test('has one reading: whatever is read is written the same way again', () => {
    const character = fc.constantFrom(...'0123456789abcdefABCDEFg/:@`G-+ x\u0130\u212a\u00ff')
    fc.assert(
      fc.property(fc.array(character, { minLength: 64, maxLength: 64 }), (characters) => {
        const text = characters.join('')
        const bytes = decodeHex(text)
        expect(bytes === undefined ? undefined : encodeHex(bytes)).toBe(
          /^[\da-f]{64}$/i.test(text) ? text.toLowerCase() : undefined,
        )
      }),
    )
  })
})

describe('base64', () => {
  test('of any bytes is read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(Uint8Array.from(bytes))
      }),
    )
  })

  test.each([
    ['no padding', 'AA'],
    ['bits beyond the bytes', 'AB=='],
    ['white space', ' AA=='],
    ['the URL alphabet', '-_-_'],
    ['no base64', '!'],
    ['not Latin', 'ключ'],
  ])('in another writing is refused: %s', (_way, text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })
})
