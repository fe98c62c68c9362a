import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cores } from '../../test/cores.ts'
import type { Bytes } from './mac.ts'
import { encodeHex, utf8 } from './text.ts'

const repeated = (byte: number, count: number): Bytes => new Uint8Array(count).fill(byte)
const counted = (first: number, count: number): Bytes => Uint8Array.from({ length: count }, (_, at) => first + at)
const fromHex = (hex: string): Bytes => Uint8Array.from(Buffer.from(hex, 'hex'))

const vectors: readonly (readonly [name: string, key: Bytes, message: Bytes, mac: string])[] = [
  [
    'RFC 4231 case 1',
    repeated(0x0b, 20),
    utf8('Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  ],
  [
    'RFC 4231 case 2',
    utf8('Jefe'),
    utf8('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    'RFC 4231 case 3',
    repeated(0xaa, 20),
    repeated(0xdd, 50),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  ],
  [
    'RFC 4231 case 4',
    counted(1, 25),
    repeated(0xcd, 50),
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  ],
  [
    'RFC 4231 case 6',
    repeated(0xaa, 131),
    utf8('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'RFC 4231 case 7',
    repeated(0xaa, 131),
    utf8(
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
  [
    'GitHub, validating deliveries',
    utf8("It's a Secret to Everybody"),
    utf8('Hello, World!'),
    '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  ],
  [
    'a counting key, no message',
    counted(0, 32),
    new Uint8Array(0),
    'd38b42096d80f45f826b44a9d5607de72496a415d3f4a1a8c88e3bb9da8dc1cb',
  ],
  [
    'a counting key, a counting message',
    counted(0, 32),
    counted(0, 16),
    'd8b99f2709a3ca74172cbe93824c1f29b23a0c1e9c21bd851ff2d2c39dbef14e',
  ],
]

/** The ways in which the vectors of Project Wycheproof spoil a tag. */
const spoiled = (mac: Bytes): (readonly [way: string, mac: Bytes])[] => [
  ...[0, 1, 7, 8, 31, 32, 33, 63, 64, 71, 77, 80, 96, 97, 103, 127, 128, 160, 192, 224, 248, 255].map(
    (bit) => [`bit ${bit} flipped`, mac.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))] as const,
  ),
  ['all bits flipped', mac.map((byte) => byte ^ 0xff)],
  ['all zero', mac.map(() => 0)],
  ['all one', mac.map(() => 0xff)],
  ['highest bits changed', mac.map((byte) => byte ^ 0x80)],
  ['lowest bits changed', mac.map((byte) => byte ^ 1)],
  ['cut to 128 bits', mac.slice(0, 16)],
  ['cut by a byte', mac.slice(0, 31)],
  ['a byte longer', Uint8Array.from([...mac, 0])],
  ['empty', mac.slice(0, 0)],
]

describe.each(cores)('HMAC-SHA256 by %s', (_name, { computeMac, prepareMacCheck }) => {
  test.each(vectors)('agrees with %s', async (_vector, key, message, mac) => {
    expect(encodeHex(await computeMac(key, message))).toBe(mac)
    expect(await prepareMacCheck(key)({ message, macs: [fromHex(mac)] })).toBe(true)
  })

  test('refuses RFC 4231 case 5, a truncated tag', async () => {
    const check = prepareMacCheck(repeated(0x0c, 20))
    const macs = [fromHex('a3b6167473100ee06e0c796c2955552b')]
    expect(await check({ message: utf8('Test With Truncation'), macs })).toBe(false)
  })

  test.each([16, 32, 65])('refuses every spoiled tag under a key of %i bytes', async (keyLength) => {
    const key = counted(7, keyLength)
    const check = prepareMacCheck(key)
    for (const length of [0, 1, 15, 16, 17, 63, 64, 65, 256]) {
      const message = counted(3, length)
      const mac = Uint8Array.from(await computeMac(key, message))
      expect(await check({ message, macs: [mac] })).toBe(true)
      for (const [way, wrong] of spoiled(mac))
        expect([way, await check({ message, macs: [wrong] })]).toEqual([way, false])
    }
  })

  test('accepts the right one among several, and nothing without one', async () => {
    const key = utf8('key')
    const message = utf8('message')
    const mac = Uint8Array.from(await computeMac(key, message))
    const check = prepareMacCheck(key)
    expect(await check({ message, macs: [repeated(0, 32), new Uint8Array(0), mac] })).toBe(true)
    expect(await check({ message, macs: [] })).toBe(false)
  })

  test('believes any bytes as they were signed, and none with a bit changed', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 })
    await fc.assert(
      fc.asyncProperty(bytes, bytes, fc.nat(), async (keyBytes, messageBytes, place) => {
        const [key, message] = [Uint8Array.from(keyBytes), Uint8Array.from(messageBytes)]
        const macs = [Uint8Array.from(await computeMac(key, message))]
        const check = prepareMacCheck(key)
        const bit = place % (message.length * 8)
        const flipped = message.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        expect(await check({ message, macs })).toBe(true)
        expect(await check({ message: flipped, macs })).toBe(false)
      }),
    )
  })
})
