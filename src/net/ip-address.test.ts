import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AddressRange } from './ip-address.ts'
import { literalAddress, parseAddress, parseRange, rangeContains } from './ip-address.ts'

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 })
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 })
/** Addresses with long runs of zeros, as real ones have. */
const sparse = fc
  .array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 })
  .map((bytes) => Uint8Array.from(bytes))
const dotted = (bytes: Uint8Array): string => bytes.join('.')
const groups = (bytes: Uint8Array): string => {
  const view = new DataView(Uint8Array.from(bytes).buffer)
  return Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2).toString(16)).join(':')
}
const range = (text: string): AddressRange => {
  const parsed = parseRange(text)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.range
}

describe('parseAddress', () => {
  it('reads every IPv4 and every IPv6 address, in full and in its shortest form', () => {
    fc.assert(
      fc.property(ipv4, (bytes) => {
        expect(parseAddress(dotted(bytes))).toEqual(bytes)
      }),
    )
    fc.assert(
      fc.property(fc.oneof(ipv6, sparse), (bytes) => {
        expect(parseAddress(groups(bytes))).toEqual(bytes)
        const shortest = new URL(`http://[${groups(bytes)}]`).hostname
        expect(parseAddress(literalAddress(shortest) ?? '')).toEqual(bytes)
        expect(parseAddress(`${groups(bytes).split(':').slice(0, 6).join(':')}:${dotted(bytes.subarray(12))}`)).toEqual(
          bytes,
        )
      }),
    )
  })

  it('answers undefined for anything else', () => {
    const wrong = ['', 'localhost', '0x7f.1', '0177.0.0.1', '127.1', '1.2.3', '1.2.3.4.5', '::1%lo', '[::1]', ':::']
    expect(wrong.filter((text) => parseAddress(text))).toEqual([])
    fc.assert(fc.property(fc.string(), (text) => void parseAddress(text)))
  })
})

describe('parseRange', () => {
  it('contains exactly the addresses that share the prefix', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), fc.nat(), fc.nat(), (bytes, prefixSeed, bitSeed) => {
        const bits = bytes.length * 8
        const prefixBits = prefixSeed % (bits + 1)
        const base = bytes.map((byte, index) => byte & maskOf(prefixBits, index))
        const text = bytes.length === 4 ? dotted(base) : groups(base)
        const parsed = parseRange(`${text}/${prefixBits}`)
        fc.pre(parsed.ok)
        expect(rangeContains(parsed.range, bytes)).toBe(true)
        const bit = bitSeed % bits
        const flipped = bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (0x80 >> (bit & 7)) : byte))
        expect(rangeContains(parsed.range, flipped)).toBe(bit >= prefixBits)
      }),
    )
  })

  it('takes a bare address as itself alone', () => {
    expect(range('10.0.0.7').prefixBits).toBe(32)
    expect(range(' ::1 ').prefixBits).toBe(128)
  })

  it.each([
    ['', 'is not an address range'],
    ['example.com', 'is not an address range'],
    ['10.0.0.0/8/8', 'is not an address range'],
    ['10.0.0.0/', 'must be a number from 0 to 32'],
    ['10.0.0.0/33', 'must be a number from 0 to 32'],
    ['fd00::/129', 'must be a number from 0 to 128'],
    ['10.0.0.0/-1', 'must be a number from 0 to 32'],
    ['10.0.0.1/8', 'bits set after its prefix'],
    ['::ffff:10.0.0.0/104', 'write it as IPv4'],
    [`${'9'.repeat(5000)}/8`, 'is not an address range'],
  ])('says in one sentence what is wrong with "%.20s"', (text, words) => {
    const parsed = parseRange(text)
    expect(parsed.ok ? '' : parsed.reason).toContain(words)
    expect(parsed.ok ? '' : parsed.reason.slice(0, 300)).toMatch(/\.$/)
  })
})

const maskOf = (prefixBits: number, index: number): number =>
  (0xff << (8 - Math.min(8, Math.max(0, prefixBits - index * 8)))) & 0xff
