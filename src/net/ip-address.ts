import { isIPv4, isIPv6 } from 'node:net'

/** An IP address as its bytes in network order: 4 for IPv4, 16 for IPv6. */
export type AddressBytes = Uint8Array

/**
 * Reads an IP address in the usual text form (RFC 4291 §2.2 for IPv6, four decimal numbers for IPv4). Answers undefined
 * for anything else: a host name, an octal or shortened IPv4 form, an IPv6 address with a zone (`fe80::1%eth0`).
 */
export const parseAddress = (text: string): AddressBytes | undefined => {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number)
  if (!isIPv6(text) || text.includes('%')) return undefined
  const [head = '', tail] = text.split('::')
  const front = ipv6GroupBytes(head)
  const back = ipv6GroupBytes(tail ?? '')
  const bytes = new Uint8Array(16)
  bytes.set(front, 0)
  bytes.set(back, 16 - back.length)
  return bytes
}

/** The bytes of colon-separated groups; the last may be written as an IPv4 address. */
const ipv6GroupBytes = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((group) => {
        if (group.includes('.')) return group.split('.').map(Number)
        const value = Number.parseInt(group, 16)
        return [value >> 8, value & 0xff]
      })

/** A host as `URL` gives it (`[::1]` in brackets) as a bare address, or undefined when it is a name. */
export const literalAddress = (hostname: string): string | undefined => {
  const bare = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname
  return isIPv4(bare) || isIPv6(bare) ? bare : undefined
}

/** A run of addresses that share their first `prefixBits` bits. */
export type AddressRange = { readonly bytes: AddressBytes; readonly prefixBits: number }

/** Whether the address lies in the range. An IPv4 address never lies in an IPv6 range, nor the other way round. */
export const rangeContains = (range: AddressRange, address: AddressBytes): boolean => {
  if (range.bytes.length !== address.length) return false
  const wholeBytes = range.prefixBits >> 3
  for (let index = 0; index < wholeBytes; index++) if (range.bytes[index] !== address[index]) return false
  const restBits = range.prefixBits & 7
  if (restBits === 0) return true
  const mask = (0xff << (8 - restBits)) & 0xff
  return ((range.bytes[wholeBytes] ?? 0) & mask) === ((address[wholeBytes] ?? 0) & mask)
}

/** What `parseRange` answers: the range, or one sentence that says what is wrong with the text and how to write it. */
export type ParsedRange = { ok: true; range: AddressRange } | { ok: false; reason: string }

/**
 * Reads a range as an operator writes it: `10.0.0.0/8`, `fd00::/8`, or one bare address. Bits after the prefix must be
 * zero, and an IPv4 range is written as IPv4 (not in its IPv4-mapped form), so that a slip does not open more than was meant.
 */
export const parseRange = (text: string): ParsedRange => {
  const [addressText = '', prefixText, ...rest] = text.trim().split('/')
  const bytes = parseAddress(addressText)
  if (!bytes || rest.length > 0)
    return refused(`"${shown(text)}" is not an address range; write it like 10.0.0.0/8, fd00::/8 or 192.168.1.20.`)
  const longest = bytes.length * 8
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText))
    return refused(`The prefix of "${shown(text)}" must be a number from 0 to ${longest}.`)
  const prefixBits = prefixText === undefined ? longest : Number(prefixText)
  if (prefixBits > longest) return refused(`The prefix of "${shown(text)}" must be a number from 0 to ${longest}.`)
  const range = { bytes, prefixBits }
  if (hasHostBits(range))
    return refused(`"${shown(text)}" has bits set after its prefix; write the first address of the range.`)
  if (rangeContains(ipv4Mapped, bytes))
    return refused(`"${shown(text)}" is an IPv4 range in IPv6 form; write it as IPv4, like 10.0.0.0/8.`)
  return { ok: true, range }
}

/** ::ffff:0:0/96, the IPv4-mapped addresses (RFC 4291 §2.5.5.2). */
export const ipv4Mapped: AddressRange = {
  bytes: Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0]),
  prefixBits: 96,
}

const refused = (reason: string): ParsedRange => ({ ok: false, reason })

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

const hasHostBits = ({ bytes, prefixBits }: AddressRange): boolean => {
  for (let bit = prefixBits; bit < bytes.length * 8; bit++)
    if (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) return true
  return false
}
