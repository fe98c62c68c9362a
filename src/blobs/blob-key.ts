import type { Random } from '../domain/random.ts'
import type { BlobKey } from './blob-store.ts'

const keyBytes = 16
const keyForm = /^[0-9a-f]{32}$/

/** True for text that is formed like a key; a path or a URL made of one cannot leave its folder. */
export const isBlobKey = (text: string): boolean => keyForm.test(text)

/** A new key: 128 random bits, so that two are never the same. */
export const newBlobKey = (random: Random): BlobKey => Buffer.from(random.bytes(keyBytes)).toString('hex')

/** Throws for text that is not formed like a key. */
export const checkBlobKey = (text: string): void => {
  if (!isBlobKey(text)) throw new Error(`"${text.slice(0, 80)}" is not a blob key`)
}
