import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject } from 'node:crypto'
import type { Random } from '../domain/random.ts'
import { ConfigError } from './config-error.ts'

/** Encrypts secrets and signing keys at rest. */
export type MasterKey = {
  /** Stands in the clear beside what it sealed, to tell which key a row still needs. */
  readonly id: string
  /** 32 bytes, in a form that does not print. */
  readonly key: KeyObject
}

/** Bytes that only the holder of the master key `keyId` can read. */
export type Sealed = { readonly keyId: string; readonly bytes: Uint8Array }

/** Seals and opens with the master keys. */
export type Sealer = {
  /** Seals by the newest key. `context` says whose it is (the row's id): only with the same one does it open again. */
  seal(plaintext: Uint8Array, context: string): Sealed
  /** Undefined when no key opens it: sealed by another key, for another context, or changed since. Never throws. */
  open(sealed: Sealed, context: string): Uint8Array | undefined
}

/** Of a master key. */
export const masterKeyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const algorithm = 'aes-256-gcm'

/** One key seals, one more still opens: a rotation needs no third. */
const mostKeys = 2

/** A key under its id, or under one made of its bytes (the first 8 hex digits of their SHA-256). */
export const createMasterKey = (bytes: Uint8Array, id?: string): MasterKey => ({
  id: id ?? createHash('sha256').update(bytes).digest('hex').slice(0, 8),
  key: createSecretKey(bytes),
})

/** The 32 bytes of a base64 text; undefined when it is another number of bytes or no base64. */
export const decodeMasterKey = (text: string): Uint8Array | undefined => {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === masterKeyBytes && bytes.toString('base64') === text ? bytes : undefined
}

/**
 * Reads `base64` or `keyid:base64`, and two of them separated by a comma while rotating: the first seals, both open.
 * Throws a ConfigError that names `source` and quotes nothing.
 */
export const parseMasterKeys = (text: string, source: string): readonly MasterKey[] => {
  const keys = text.split(',').map((part) => {
    const [, id, encoded = ''] = /^(?:([\w-]{1,32}):)?(.*)$/s.exec(part.trim()) ?? []
    const bytes = decodeMasterKey(encoded)
    if (!bytes)
      throw new ConfigError(
        `${source} must be ${masterKeyBytes} bytes in base64 (44 characters), with or without "keyid:" before it; make one with: node -p "crypto.randomBytes(32).toString('base64')"`,
      )
    return createMasterKey(bytes, id)
  })
  if (keys.length > mostKeys)
    throw new ConfigError(`${source} holds ${keys.length} keys; give the new one and the old one.`)
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    throw new ConfigError(`${source} holds two keys of the same id; give each an id of its own.`)
  return keys
}

const openWith = ({ key }: MasterKey, bytes: Uint8Array, context: string): Uint8Array | undefined => {
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch {
    // The one thing `final` can say is that the tag does not fit.
    return undefined
  }
}

/** Seals with AES-256-GCM: nonce (12 random bytes), ciphertext, tag. The first key is the newest. */
export const createSealer = (keys: readonly MasterKey[], random: Random): Sealer => {
  const [newest] = keys
  if (!newest) throw new Error('A sealer needs a master key.')
  return {
    seal(plaintext, context) {
      const nonce = random.bytes(nonceBytes)
      const cipher = createCipheriv(algorithm, newest.key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(context))
      const bytes = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
      return { keyId: newest.id, bytes }
    },
    open({ bytes }, context) {
      if (bytes.length < nonceBytes + tagBytes) return undefined
      // Every key is tried, whatever the key id says: a key that was given another id still opens what it sealed.
      for (const key of keys) {
        const plaintext = openWith(key, bytes, context)
        if (plaintext) return plaintext
      }
      return undefined
    },
  }
}
