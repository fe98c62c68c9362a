import type { Sealer } from '../config/secrets.ts'
import type { SigningKey } from '../domain/account.ts'
import type { StoredSigningKey } from './signing-keys.ts'

/** What the sealed bytes are bound to: a row cannot be moved to another account or name. */
const place = (accountId: string, name: string): string => `signing-key:${accountId}:${name}`

/** A signing key as it is stored. */
export const sealSigningKey = (
  sealer: Sealer,
  key: SigningKey & { readonly accountId: string; readonly createdAt: number },
): StoredSigningKey => ({
  accountId: key.accountId,
  name: key.name,
  sealed: sealer.seal(Buffer.from(key.value), place(key.accountId, key.name)),
  createdAt: key.createdAt,
})

/** A signing key in the clear; undefined when the master key that sealed it is missing. */
export const openSigningKey = (
  sealer: Sealer,
  { accountId, name, sealed }: StoredSigningKey,
): SigningKey | undefined => {
  const opened = sealer.open(sealed, place(accountId, name))
  return opened && { name, value: Buffer.from(opened).toString('utf8') }
}
