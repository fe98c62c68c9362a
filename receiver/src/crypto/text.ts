import type { Bytes } from './mac.ts'

const encoder = new TextEncoder()

/** The UTF-8 bytes of a text. */
export const utf8 = (text: string): Bytes => encoder.encode(text)

/** The bytes of a text whose characters are bytes, as those of a header are; a higher one keeps its low byte. */
export const latin1 = (text: string): Bytes => {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return bytes
}

const macForm = /^[\da-f]{64}$/i

/** The value of a hex digit: its low four bits, and nine more for a letter, whose bit 6 is set. */
const hexDigit = (code: number): number => (code & 15) + (code >> 6) * 9

/** The 32 bytes of exactly 64 hex digits, either case; undefined for any other text, however long. */
export const decodeHex = (text: string): Bytes | undefined => {
  if (!macForm.test(text)) return undefined
  const bytes = new Uint8Array(32)
  for (let at = 0; at < 64; at += 2) {
    bytes[at / 2] = hexDigit(text.charCodeAt(at)) * 16 + hexDigit(text.charCodeAt(at + 1))
  }
  return bytes
}

/** Lower-case hex. */
export const encodeHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** The text whose characters are these bytes. */
export const latin1Text = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

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
