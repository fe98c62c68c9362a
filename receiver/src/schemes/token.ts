import { latin1, utf8 } from '../crypto/text.ts'
import type { Bytes } from '../crypto/mac.ts'
import type { Scheme } from './scheme.ts'

/** Compares in a time that depends on the lengths alone. */
const isSame = (one: Bytes, other: Bytes): boolean => {
  let difference = one.length ^ other.length
  for (const [at, byte] of one.entries()) difference |= byte ^ (other[at] ?? 0)
  return difference === 0
}

/** No secret's UTF-8 is longer: 256 characters of at most three bytes. */
const tokenLengthLimit = 768

/**
 * Cloudflare's own `cf-webhook-auth`: the secret itself, in clear. It says who sent, not what: nothing ties it to the
 * body or to a time. Only for destinations of Cloudflare's Notifications, which have nothing better.
 */
export const tokenScheme: Scheme = {
  name: 'token',
  header: 'cf-webhook-auth',
  prepare(secret) {
    const bytes = utf8(secret)
    return ({ message }) => isSame(bytes, message)
  },
  read: (token) => (token.length > tokenLengthLimit ? undefined : { message: latin1(token), macs: [] }),
}
