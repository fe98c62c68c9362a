import { decodeHex } from '../crypto/text.ts'
import type { PreparedSecret } from './secret.ts'
import { findSecret, type Verification } from './verification.ts'

/** The guide's header. */
export const guideHeader = 'x-cloudflare-signature'

/** Verifies the guide's header: hex HMAC-SHA256 of the body. Nothing in it says when it was sent. */
export const verifyGuide = async (
  secrets: readonly PreparedSecret[],
  signature: string,
  body: Uint8Array,
): Promise<Verification> => {
  const mac = decodeHex(signature)
  if (!mac) return { ok: false, reason: 'malformed' }
  const secretIndex = await findSecret(secrets, ({ guideKey }) => guideKey.matches(body, [mac]))
  return secretIndex < 0 ? { ok: false, reason: 'mismatch' } : { ok: true, scheme: 'guide', secretIndex }
}
