import type { Bytes, MacCheck } from './mac.ts'

const importKey = (key: Bytes, use: 'sign' | 'verify'): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [use])

/** The MAC of a message by WebCrypto. */
export const computeMac = async (key: Bytes, message: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.sign('HMAC', await importKey(key, 'sign'), message))

/** Prepares a key as a CryptoKey, imported once: importing it costs more than a MAC. */
export const prepareMacCheck = (keyBytes: Bytes): MacCheck => {
  // Not before the first use: in global scope, where secrets may be prepared, a Worker must not start anything.
  let key: Promise<CryptoKey> | undefined
  return async ({ message, macs }) => {
    key ??= importKey(keyBytes, 'verify')
    for (const mac of macs) {
      if (await crypto.subtle.verify('HMAC', await key, mac, message)) return true
    }
    return false
  }
}
