import { createHash } from 'node:crypto'
import type { Random } from '../domain/random.ts'

/** A new API token: `ih_` and 43 characters of base64url (256 bits). Shown once, never stored. */
export const newToken = (random: Random): string => `ih_${Buffer.from(random.bytes(32)).toString('base64url')}`

/**
 * What is stored of a token: its SHA-256, lower-case hex. A token has too many bits to be guessed from it, so it needs
 * neither salt nor slowness; and a look-up by digest tells an attacker's clock nothing of the token.
 */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('hex')

/** What a token made elsewhere may look like (RFC 6750 §2.1), so that it fits the header it is sent in. */
export const isTokenText = (token: string): boolean => /^[A-Za-z0-9\-._~+/]{16,512}=*$/.test(token)
