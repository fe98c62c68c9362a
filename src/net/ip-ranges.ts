import type { AddressBytes, AddressRange } from './ip-address.ts'
import { ipv4Mapped, parseAddress, parseRange, rangeContains } from './ip-address.ts'

/**
 * Where an address leads: `global` may be reached from anywhere on the internet; `special` is everything else (this
 * machine, private networks, documentation, multicast …), with the name of its block; `unknown` is not an address.
 */
export type AddressClass = { scope: 'global' } | { scope: 'special'; block: string } | { scope: 'unknown' }

const rangeOf = (text: string): AddressRange => {
  const parsed = parseRange(text)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.range
}

const block = (text: string, name: string): { range: AddressRange; name: string } => ({ range: rangeOf(text), name })

/**
 * IANA's special-purpose registry (RFC 6890 and its updates) and what lies beside it. The one public address is the host
 * of Azure's machines, which answers their own guests only.
 */
const specialIPv4 = [
  block('0.0.0.0/8', 'this network'),
  block('10.0.0.0/8', 'private'),
  block('100.64.0.0/10', 'shared by carriers'),
  block('127.0.0.0/8', 'loopback'),
  block('168.63.129.16', 'cloud host'),
  block('169.254.0.0/16', 'link-local'),
  block('172.16.0.0/12', 'private'),
  block('192.0.0.0/24', 'protocol assignments'),
  block('192.0.2.0/24', 'documentation'),
  block('192.88.99.0/24', '6to4 relay'),
  block('192.168.0.0/16', 'private'),
  block('198.18.0.0/15', 'benchmarking'),
  block('198.51.100.0/24', 'documentation'),
  block('203.0.113.0/24', 'documentation'),
  block('224.0.0.0/4', 'multicast'),
  block('240.0.0.0/4', 'reserved'),
]

/** Named for the reader; whatever is outside `globalIPv6` is refused without being listed. */
const specialIPv6 = [
  block('::/128', 'unspecified'),
  block('::1/128', 'loopback'),
  block('64:ff9b:1::/48', 'local NAT64'),
  block('100::/64', 'discard'),
  block('2001::/32', 'Teredo'),
  block('2001::/23', 'protocol assignments'),
  block('2001:db8::/32', 'documentation'),
  block('2002::/16', '6to4'),
  block('3fff::/20', 'documentation'),
  block('5f00::/16', 'segment routing'),
  block('fc00::/7', 'private'),
  block('fe80::/10', 'link-local'),
  block('fec0::/10', 'site-local'),
  block('ff00::/8', 'multicast'),
]

/** The only part of IPv6 from which global addresses are handed out. */
const globalIPv6 = rangeOf('2000::/3')

/** The well-known NAT64 prefix (RFC 6052): global by itself, it leads to the IPv4 address inside. */
const nat64 = rangeOf('64:ff9b::/96')

/**
 * Where an IPv6 address carries an IPv4 address, and how to read it. Teredo (RFC 4380) carries two: its server's, and the
 * client's with every bit flipped.
 */
const carriers: readonly { range: AddressRange; inner(bytes: AddressBytes): AddressBytes[] }[] = [
  { range: ipv4Mapped, inner: (bytes) => [bytes.subarray(12)] },
  { range: nat64, inner: (bytes) => [bytes.subarray(12)] },
  { range: rangeOf('64:ff9b:1::/48'), inner: (bytes) => [bytes.subarray(12)] },
  { range: rangeOf('2002::/16'), inner: (bytes) => [bytes.subarray(2, 6)] },
  {
    range: rangeOf('2001::/32'),
    inner: (bytes) => [bytes.subarray(4, 8), bytes.subarray(12).map((byte) => byte ^ 0xff)],
  },
]

/** The IPv4 addresses carried inside an IPv6 address; none for most. */
export const innerAddresses = (address: AddressBytes): AddressBytes[] =>
  carriers.find(({ range }) => rangeContains(range, address))?.inner(address) ?? []

/** Says where an address leads. A mapped or NAT64 address is what the IPv4 address inside is. */
export const classifyAddress = (address: string | AddressBytes): AddressClass => {
  const bytes = typeof address === 'string' ? parseAddress(address) : address
  if (bytes?.length === 4) return classifyIPv4(bytes)
  if (bytes?.length === 16) return classifyIPv6(bytes)
  return { scope: 'unknown' }
}

const classifyIPv4 = (bytes: AddressBytes): AddressClass => {
  const found = specialIPv4.find(({ range }) => rangeContains(range, bytes))
  return found ? { scope: 'special', block: found.name } : { scope: 'global' }
}

const classifyIPv6 = (bytes: AddressBytes): AddressClass => {
  if (rangeContains(ipv4Mapped, bytes) || rangeContains(nat64, bytes)) return classifyIPv4(bytes.subarray(12))
  const found = specialIPv6.find(({ range }) => rangeContains(range, bytes))
  if (found) return { scope: 'special', block: found.name }
  return rangeContains(globalIPv6, bytes) ? { scope: 'global' } : { scope: 'special', block: 'unassigned' }
}

/** Decides which addresses the server may connect to. */
export type AddressPolicy = { permits(address: string | AddressBytes): boolean }

/**
 * Permits global addresses and those in the ranges the operator allows. An IPv4-mapped address is judged by the IPv4
 * address inside alone; of any other carrier both the address itself and every address inside must be permitted.
 * Whatever cannot be read is refused.
 */
export const createAddressPolicy = ({ allow }: { allow: readonly AddressRange[] }): AddressPolicy => {
  const permitted = (bytes: AddressBytes): boolean => {
    if (rangeContains(ipv4Mapped, bytes)) return permitted(bytes.subarray(12))
    const itself =
      rangeContains(nat64, bytes) ||
      classifyAddress(bytes).scope === 'global' ||
      allow.some((range) => rangeContains(range, bytes))
    return itself && innerAddresses(bytes).every(permitted)
  }
  return {
    permits(address) {
      const bytes = typeof address === 'string' ? parseAddress(address) : address
      return bytes !== undefined && (bytes.length === 4 || bytes.length === 16) && permitted(bytes)
    },
  }
}

/** 127.0.0.0/8 and ::1, which `imagehooks dev` allows. */
export const loopbackRanges: readonly AddressRange[] = [rangeOf('127.0.0.0/8'), rangeOf('::1')]
