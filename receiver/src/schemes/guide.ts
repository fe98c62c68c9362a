import { decodeHex, utf8 } from '../crypto/text.ts'
import type { Scheme } from './scheme.ts'

/**
 * The guide's header: `x-cloudflare-signature` is the hex HMAC-SHA256 of the body, its key the UTF-8 text of the
 * secret. It says nothing about when it was sent.
 */
export const guideScheme: Scheme = {
  name: 'guide',
  header: 'x-cloudflare-signature',
  prepare: (secret, prepareMacCheck) => prepareMacCheck(utf8(secret)),
  read(signature, body) {
    const mac = decodeHex(signature)
    return mac && { message: body, macs: [mac] }
  },
}
