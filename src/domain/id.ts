import type { Random } from './random.ts'

/** What an id begins with tells what it names. */
export type IdPrefix = 'evt' | 'att' | 'webhook' | 'lane' | 'tok' | 'sec' | 'ann' | 'rpl'

const digits = '0123456789abcdefghjkmnpqrstvwxyz'

/** `value` in base 32 (Crockford's digits, lower case), `length` digits, most significant first. */
const base32 = (value: bigint, length: number): string => {
  let text = ''
  for (let rest = value, at = 0; at < length; at++, rest >>= 5n) text = `${digits[Number(rest & 31n)]}${text}`
  return text
}

const toBigInt = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)

/**
 * A new id: prefix, `_`, ten digits of the instant (milliseconds), sixteen of chance (80 bits). Ids sort by time when
 * compared bytewise; two of the same millisecond sort by chance.
 */
export const newId = (prefix: IdPrefix, nowMs: number, random: Random): string =>
  `${prefix}_${base32(BigInt(nowMs), 10)}${base32(toBigInt(random.bytes(10)), 16)}`

/** The instant in an id of that prefix; undefined for what is none. */
export const instantOf = (prefix: IdPrefix, id: string): number | undefined => {
  if (!id.startsWith(`${prefix}_`)) return undefined
  const [time] = /^[0-9a-hjkmnp-tv-z]{10}(?=[0-9a-hjkmnp-tv-z]{16}$)/.exec(id.slice(prefix.length + 1)) ?? []
  return time === undefined ? undefined : [...time].reduce((ms, digit) => ms * 32 + digits.indexOf(digit), 0)
}

/** What ten digits can hold; far beyond any clock. */
const latestMs = 2 ** 50 - 1

/** The smallest id of that prefix and instant: for ranges by time. */
export const firstIdAt = (prefix: IdPrefix, nowMs: number): string =>
  `${prefix}_${base32(BigInt(Math.min(Math.max(0, nowMs), latestMs)), 10)}`

/** The instant that stands in an id; undefined for what is no id. */
export const instantOfId = (id: string): number | undefined => {
  const [, text] = /^[a-z]+_([0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{16}$/.exec(id) ?? []
  return text === undefined
    ? undefined
    : Number([...text].reduce((sum, digit) => (sum << 5n) | BigInt(digits.indexOf(digit)), 0n))
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A new image id in Cloudflare's form: shaped like a version 4 UUID, ending in `00`. */
export const newImageId = (random: Random): string => {
  const text = hex(random.bytes(16))
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-${text.slice(16, 20)}-${text.slice(20, 30)}00`
}

/** A new account id: 32 lower-case hex digits, as Cloudflare's. */
export const newAccountId = (random: Random): string => hex(random.bytes(16))

/** The account hash of variant URLs: 22 characters of base64url (16 bytes), as Cloudflare's. */
export const newAccountHash = (random: Random): string => Buffer.from(random.bytes(16)).toString('base64url')
