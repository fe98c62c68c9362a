import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { PrepareMacKey } from './mac.ts'

const macLength = 32

/** HMAC-SHA256 by node:crypto: synchronous, ten times faster on Node than WebCrypto, which pays a thread hop. */
export const prepareMacKey: PrepareMacKey = (keyBytes) => {
  const key = createSecretKey(keyBytes)
  const sign = (message: Uint8Array) => createHmac('sha256', key).update(message).digest()
  return {
    sign,
    matches(message, candidates) {
      const mac = sign(message)
      return candidates.some((candidate) => candidate.length === macLength && timingSafeEqual(mac, candidate))
    },
  }
}
