import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { Bytes, MacCheck } from './mac.ts'

const macLength = 32

/** The MAC of a message by node:crypto: at once, ten times faster on Node than WebCrypto with its thread hop. */
export const computeMac = (key: Bytes, message: Bytes): Bytes => createHmac('sha256', key).update(message).digest()

/** Prepares a key as a KeyObject. */
export const prepareMacCheck = (keyBytes: Bytes): MacCheck => {
  const key = createSecretKey(keyBytes)
  return ({ message, macs }) => {
    const mac = createHmac('sha256', key).update(message).digest()
    return macs.some((candidate) => candidate.length === macLength && timingSafeEqual(mac, candidate))
  }
}
