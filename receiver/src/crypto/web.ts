import type { PrepareMacKey } from './mac.ts'

const algorithm = { name: 'HMAC', hash: 'SHA-256' }

/** WebCrypto takes no shared memory; a view on plain memory is passed on without a copy. */
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)

/** HMAC-SHA256 by WebCrypto, on every runtime. The key is imported once; importing it costs more than a MAC. */
export const prepareMacKey: PrepareMacKey = (keyBytes) => {
  // Copied, so that nobody can change the bytes between now and the first use.
  const material = new Uint8Array(keyBytes)
  let imported: Promise<CryptoKey> | undefined
  // Not before the first use: a Worker may prepare its keys in global scope, where it must not start anything.
  const key = () => (imported ??= crypto.subtle.importKey('raw', material, algorithm, false, ['sign', 'verify']))
  return {
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('HMAC', await key(), plain(message))),
    async matches(message, candidates) {
      for (const candidate of candidates) {
        if (await crypto.subtle.verify('HMAC', await key(), plain(candidate), plain(message))) return true
      }
      return false
    },
  }
}
