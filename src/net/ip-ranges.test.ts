import * as fc from 'fast-check'
import { BlockList } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { AddressRange } from './ip-address.ts'
import { parseAddress, parseRange } from './ip-address.ts'
import { classifyAddress, createAddressPolicy, innerAddresses, loopbackRanges } from './ip-ranges.ts'

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 })
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 })
const dotted = (bytes: Uint8Array): string => bytes.join('.')
const range = (text: string): AddressRange => {
  const parsed = parseRange(text)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.range
}
const inner = (text: string): string[] => innerAddresses(parseAddress(text) ?? new Uint8Array()).map(dotted)
const permitsNothingSpecial = createAddressPolicy({ allow: [] })

/** First, last and an inner address of every block that must never be reached. */
const forbidden = [
  ['0.0.0.0', '0.255.255.255'],
  ['10.0.0.0', '10.1.2.3', '10.255.255.255'],
  ['100.64.0.0', '100.100.100.200', '100.127.255.255'],
  ['127.0.0.0', '127.0.0.1', '127.255.255.255'],
  ['168.63.129.16'],
  ['169.254.0.0', '169.254.169.254', '169.254.255.255'],
  ['172.16.0.0', '172.31.255.255'],
  ['192.0.0.0', '192.0.0.192', '192.0.0.255'],
  ['192.0.2.0', '192.0.2.255'],
  ['192.88.99.0', '192.88.99.255'],
  ['192.168.0.0', '192.168.255.255'],
  ['198.18.0.0', '198.19.255.255'],
  ['198.51.100.0', '198.51.100.255'],
  ['203.0.113.0', '203.0.113.255'],
  ['224.0.0.0', '239.255.255.255'],
  ['240.0.0.0', '255.255.255.255'],
  ['::', '::1', '::7f00:1', '::127.0.0.1', 'ff::1'],
  ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:0:0'],
  ['::ffff:0:127.0.0.1'],
  ['64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe'],
  ['64:ff9b:1::', '64:ff9b:1::8.8.8.8', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['100::', '100::ffff:ffff:ffff:ffff'],
  ['2001::', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:10::1', '2001:1ff:ffff::'],
  ['2001:db8::', '2001:db8:ffff:ffff::1'],
  ['2002::', '2002:7f00:1::1', '2002:808:808::1'],
  ['3fff::', '3fff:fff:ffff::1'],
  ['5f00::', '5f00:ffff::1'],
  ['fc00::', 'fd00:ec2::254', 'fdff:ffff::1'],
  ['fe80::', 'fe80::1', 'febf:ffff::1'],
  ['fec0::', 'feff::1'],
  ['ff00::', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['4000::1', '8000::1', '1fff::1'],
].flat()

const global = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '168.63.129.15',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700::1111',
  '2001:200::1',
  '2001:4860:4860::8888',
  '2a00::1',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
]

describe('classifyAddress', () => {
  it.each(forbidden)('says that %s is special', (address) => {
    expect(classifyAddress(address).scope).toBe('special')
    expect(permitsNothingSpecial.permits(address)).toBe(false)
  })

  it.each(global)('says that %s is global', (address) => {
    expect(classifyAddress(address)).toEqual({ scope: 'global' })
    expect(permitsNothingSpecial.permits(address)).toBe(true)
  })

  it('names the block', () => {
    expect(classifyAddress('169.254.169.254')).toEqual({ scope: 'special', block: 'link-local' })
    expect(classifyAddress('2001::1')).toEqual({ scope: 'special', block: 'Teredo' })
    expect(classifyAddress('::ffff:10.0.0.1')).toEqual({ scope: 'special', block: 'private' })
  })

  it('agrees with another implementation on every IPv4 address, written as IPv4, mapped and behind NAT64', () => {
    const other = new BlockList()
    for (const cidr of '0/8 10/8 100.64/10 127/8 169.254/16 172.16/12 192.0.0/24 192.0.2/24 192.88.99/24 192.168/16 198.18/15 198.51.100/24 203.0.113/24 224/4 240/4 168.63.129.16/32'.split(
      ' ',
    )) {
      const [address = '', prefix] = cidr.split('/')
      other.addSubnet([...address.split('.'), '0', '0', '0'].slice(0, 4).join('.'), Number(prefix))
    }
    const near = fc
      .constantFrom(...forbidden, ...global)
      .map((text) => parseAddress(text))
      .filter((bytes) => bytes?.length === 4)
    const nudged = fc.tuple(near, fc.integer({ min: -1, max: 1 })).map(([bytes, by]) => {
      const value = new DataView(new ArrayBuffer(4))
      bytes?.forEach((byte, index) => value.setUint8(index, byte))
      value.setUint32(0, value.getUint32(0) + by)
      return new Uint8Array(value.buffer)
    })
    fc.assert(
      fc.property(fc.oneof(ipv4, nudged), (bytes) => {
        const wanted = !other.check(dotted(bytes))
        expect(permitsNothingSpecial.permits(bytes)).toBe(wanted)
        expect(permitsNothingSpecial.permits(`::ffff:${dotted(bytes)}`)).toBe(wanted)
        expect(permitsNothingSpecial.permits(`64:ff9b::${dotted(bytes)}`)).toBe(wanted)
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses all of IPv6 but the global part, mapped addresses and NAT64', () => {
    fc.assert(
      fc.property(ipv6, (bytes) => {
        fc.pre((bytes[0] ?? 0) >> 5 !== 1)
        expect(permitsNothingSpecial.permits(bytes)).toBe(false)
      }),
    )
  })

  it('refuses what is not an address', () => {
    expect(classifyAddress('localhost')).toEqual({ scope: 'unknown' })
    expect(classifyAddress(new Uint8Array(5))).toEqual({ scope: 'unknown' })
    for (const address of ['', 'localhost', '::1%lo', '8.8.8.8 '])
      expect(permitsNothingSpecial.permits(address)).toBe(false)
    expect(permitsNothingSpecial.permits(new Uint8Array())).toBe(false)
  })
})

describe('innerAddresses', () => {
  it('finds the IPv4 addresses that each kind of carrier holds', () => {
    expect(inner('::ffff:1.2.3.4')).toEqual(['1.2.3.4'])
    expect(inner('64:ff9b::1.2.3.4')).toEqual(['1.2.3.4'])
    expect(inner('64:ff9b:1::1.2.3.4')).toEqual(['1.2.3.4'])
    expect(inner('2002:102:304::1')).toEqual(['1.2.3.4'])
    // The example of RFC 4380 §4, as Wikipedia prints it: server 65.54.227.120, client 192.0.2.45.
    expect(inner('2001:0:4136:e378:8000:63bf:3fff:fdd2')).toEqual(['65.54.227.120', '192.0.2.45'])
    expect(inner('2606:4700::1')).toEqual([])
  })
})

describe('createAddressPolicy', () => {
  it('permits what the operator allows, and nothing beside it', () => {
    const { permits } = createAddressPolicy({ allow: [range('10.1.0.0/16'), range('fd00::/16')] })
    expect(permits('10.1.2.3')).toBe(true)
    expect(permits('::ffff:10.1.2.3')).toBe(true)
    expect(permits('64:ff9b::10.1.2.3')).toBe(true)
    expect(permits('fd00::1')).toBe(true)
    expect(permits('10.2.0.0')).toBe(false)
    expect(permits('::ffff:10.2.0.0')).toBe(false)
    expect(permits('fd01::1')).toBe(false)
    expect(permits('2002:a01:203::1')).toBe(false)
    expect(permits('127.0.0.1')).toBe(false)
  })

  it('does not let an allowed carrier lead to an address that is not allowed', () => {
    const { permits } = createAddressPolicy({
      allow: [range('2002::/16'), range('64:ff9b:1::/48'), range('2001::/32')],
    })
    expect(permits('2002:808:808::1')).toBe(true)
    expect(permits('2002:a00:1::1')).toBe(false)
    expect(permits('64:ff9b:1::8.8.8.8')).toBe(true)
    expect(permits('64:ff9b:1::10.0.0.1')).toBe(false)
    expect(permits('2001:0:4136:e378:8000:63bf:3fff:fdd2')).toBe(false)
  })

  it('does not take an IPv6 range for a permission to reach IPv4', () => {
    const { permits } = createAddressPolicy({ allow: [range('::/0')] })
    expect(permits('fd00::1')).toBe(true)
    expect(permits('127.0.0.1')).toBe(false)
    expect(permits('::ffff:127.0.0.1')).toBe(false)
    expect(permits('64:ff9b::127.0.0.1')).toBe(false)
  })

  it('permits loopback in either family when that is what is allowed', () => {
    const { permits } = createAddressPolicy({ allow: loopbackRanges })
    expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every((address) => permits(address))).toBe(true)
    expect(permits('10.0.0.1')).toBe(false)
  })
})
