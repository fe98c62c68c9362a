import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { Bytes, MacCheck } from './mac.ts'

const macLength = 32

/** The MAC of a message by node:crypto: at once, ten times faster on Node than WebCrypto with its thread hop. */
export const computeMac = (key: Bytes, message: Bytes): Bytes => createHmac('sha256', key).update(message).digest()

// Two places for what is compared: nothing waits between filling and comparing them, and a Buffer made for each MAC would
// cost a fifth of it.
const right = Buffer.alloc(macLength)
const claimed = Buffer.alloc(macLength)

/** Prepares a key as a KeyObject. */
export const prepareMacCheck = (keyBytes: Bytes): MacCheck => {
  const key = createSecretKey(keyBytes)
  return ({ message, macs }) => {
    right.write(createHmac('sha256', key).update(message).digest('binary'), 'binary')
    return macs.some((mac) => {
      if (mac.length !== macLength) return false
      claimed.set(mac)
      return timingSafeEqual(right, claimed)
    })
  }
}
