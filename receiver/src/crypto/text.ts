import type { Bytes } from './mac.ts'

const encoder = new TextEncoder()

/** The UTF-8 bytes of a text. */
export const utf8 = (text: string): Bytes => encoder.encode(text)

/** The bytes of a text whose characters are bytes, as those of a header are; a higher one keeps its low byte. */
export const latin1 = (text: string): Bytes => Uint8Array.from(text, (character) => character.charCodeAt(0))

const hexDigit = (code: number): number => {
  if (code > 47 && code < 58) return code - 48
  const lower = code | 32
  return lower > 96 && lower < 103 ? lower - 87 : -1
}

/** The 32 bytes of exactly 64 hex digits, either case; undefined for any other text, however long. */
export const decodeHex = (text: string): Bytes | undefined => {
  if (text.length !== 64) return undefined
  const bytes = new Uint8Array(32)
  for (let at = 0; at < 64; at += 2) {
    const high = hexDigit(text.charCodeAt(at))
    const low = hexDigit(text.charCodeAt(at + 1))
    // Either is −1 where it is no digit, and −1 keeps its sign under `|`.
    if ((high | low) < 0) return undefined
    bytes[at / 2] = high * 16 + low
  }
  return bytes
}

/** Lower-case hex. */
export const encodeHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Base64 with padding (RFC 4648 §4). For short texts: signatures and keys. */
export const encodeBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

/** The bytes whose base64 (RFC 4648 §4, padded) is exactly this text; undefined for any other writing of them. */
export const decodeBase64 = (text: string): Bytes | undefined => {
  try {
    const binary = atob(text)
    return btoa(binary) === text ? latin1(binary) : undefined
  } catch {
    // Not base64 at all.
    return undefined
  }
}
