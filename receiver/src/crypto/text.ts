const encoder = new TextEncoder()

/** The UTF-8 bytes of a text. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

const hexDigit = (code: number): number => {
  if (code > 47 && code < 58) return code - 48
  const lower = code | 32
  return lower > 96 && lower < 103 ? lower - 87 : -1
}

/** The 32 bytes of exactly 64 hex digits, either case; undefined for any other text, however long. */
export const decodeHex = (text: string): Uint8Array | undefined => {
  if (text.length !== 64) return undefined
  const bytes = new Uint8Array(32)
  for (let at = 0; at < 64; at += 2) {
    const high = hexDigit(text.charCodeAt(at))
    const low = hexDigit(text.charCodeAt(at + 1))
    if (high < 0 || low < 0) return undefined
    bytes[at / 2] = high * 16 + low
  }
  return bytes
}

/** Lower-case hex. */
export const encodeHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Base64 with padding (RFC 4648 §4). For short texts: signatures and keys. */
export const encodeBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

const base64Form = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/

/** The bytes of a base64 text with its padding (RFC 4648 §4); undefined for any other text. */
export const decodeBase64 = (text: string): Uint8Array | undefined =>
  base64Form.test(text) ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)) : undefined
