import type { PreparedSecret } from './secret.ts'
import { findSecret, type Verification } from './verification.ts'

/** Cloudflare's own header: the secret of the notification destination, in clear. */
export const tokenHeader = 'cf-webhook-auth'

/** Compares a header with bytes in a time that depends on the length alone. A header's characters are its bytes. */
const isSame = (header: string, bytes: Uint8Array): boolean => {
  if (header.length !== bytes.length) return false
  let difference = 0
  for (let at = 0; at < bytes.length; at++) difference |= header.charCodeAt(at) ^ (bytes[at] ?? 0)
  return difference === 0
}

/** Verifies the shared token. It proves who sent, not what: nothing ties it to the body or to a time. */
export const verifyToken = async (secrets: readonly PreparedSecret[], token: string): Promise<Verification> => {
  const secretIndex = await findSecret(secrets, (secret) => isSame(token, secret.token))
  return secretIndex < 0 ? { ok: false, reason: 'mismatch' } : { ok: true, scheme: 'token', secretIndex }
}
