import type { Sealer } from '../config/secrets.ts'
import type { SigningKey } from '../domain/account.ts'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Random } from '../domain/random.ts'
import { isPlainText } from '../domain/text.ts'
import type { Database } from '../store/database.ts'
import { openSigningKey, sealSigningKey } from '../store/signing-key-seal.ts'
import {
  deleteSigningKey,
  ensureSigningKey,
  listSigningKeys,
  putSigningKey,
  type StoredSigningKey,
} from '../store/signing-keys.ts'

export type SigningKeysParts = {
  readonly database: Database
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Random
}

export type SigningKeys = {
  /** All keys of an account, oldest first; there always is one. */
  list(accountId: string): Promise<readonly SigningKey[]>
  /**
   * Makes a key of that name; one that is there stays as it is, so that doing it again breaks no URL. Answers all keys.
   * @throws AppError `bad_request` for a name that is empty, over 20 characters or no plain text; `signing_key_limit`.
   */
  put(accountId: string, name: string): Promise<readonly SigningKey[]>
  /**
   * Takes over a key from another service, with its value; a number is put behind a name that another key has. Answers
   * the key that has the value, which may be here already.
   * @throws AppError as `put`, and `bad_request` for a value that is empty, over 512 characters or no plain text.
   */
  adopt(accountId: string, name: string, value: string): Promise<SigningKey>
  /**
   * Ends a key: what it signed is refused from now on. The last one is followed by a new `default`. Answers all keys.
   * @throws AppError `signing_key_not_found`.
   */
  remove(accountId: string, name: string): Promise<readonly SigningKey[]>
}

/** Every key is tried when a signature is checked, so their number is limited. */
export const signingKeyLimits = { perAccount: 25, nameCharacters: 20, valueCharacters: 512 } as const

const firstName = 'default'

/** A new value: 44 characters of base64 (256 bits). */
const newValue = (random: Random): string => Buffer.from(random.bytes(32)).toString('base64')

const checkName = (name: string): void => {
  if (name.trim() === '' || [...name].length > signingKeyLimits.nameCharacters || !isPlainText(name))
    throw new AppError(
      'bad_request',
      `The name of a signing key must be 1 to ${signingKeyLimits.nameCharacters} characters of plain text.`,
      { pointer: 'name' },
    )
}

const tooMany = (): AppError =>
  new AppError(
    'signing_key_limit',
    `The account has ${signingKeyLimits.perAccount} signing keys; remove one that is not used first.`,
  )

/** The name, then the name with a number behind it, as many as an account may have keys. */
const namesLike = (name: string): readonly string[] => [
  name,
  ...Array.from({ length: signingKeyLimits.perAccount }, (_, index) => {
    const number = `-${index + 2}`
    return [...name].slice(0, signingKeyLimits.nameCharacters - number.length).join('') + number
  }),
]

/** The keys that sign variant URLs. */
export const createSigningKeys = ({ database, sealer, clock, random }: SigningKeysParts): SigningKeys => {
  const make = (accountId: string, name: string): StoredSigningKey =>
    sealSigningKey(sealer, { accountId, name, value: newValue(random), createdAt: clock.now() })

  const open = (stored: StoredSigningKey): SigningKey => {
    const key = openSigningKey(sealer, stored)
    if (key) return key
    throw new Error(`No master key opens the signing key "${stored.name}" (sealed by ${stored.sealed.keyId}).`)
  }

  /** A key that nobody has seen has signed nothing, so the first one may be made when somebody looks. */
  const list = async (accountId: string): Promise<readonly SigningKey[]> => {
    const stored = await listSigningKeys(database, accountId)
    if (stored.length > 0) return stored.map(open)
    await database.write(ensureSigningKey(make(accountId, firstName)))
    return (await listSigningKeys(database, accountId)).map(open)
  }

  return {
    list,
    async put(accountId, name) {
      checkName(name)
      await list(accountId)
      await database.write(putSigningKey(make(accountId, name), signingKeyLimits.perAccount))
      const keys = await list(accountId)
      if (keys.some((key) => key.name === name)) return keys
      throw tooMany()
    },
    async adopt(accountId, name, value) {
      checkName(name)
      if (value === '' || value.length > signingKeyLimits.valueCharacters || !isPlainText(value))
        throw new AppError(
          'bad_request',
          `value must be 1 to ${signingKeyLimits.valueCharacters} characters of plain text.`,
          { pointer: '/value' },
        )
      for (const free of namesLike(name)) {
        const key = sealSigningKey(sealer, { accountId, name: free, value, createdAt: clock.now() })
        const before = (await listSigningKeys(database, accountId)).map(open).find((each) => each.value === value)
        if (before) return before
        await database.write(putSigningKey(key, signingKeyLimits.perAccount))
        const after = (await listSigningKeys(database, accountId)).map(open).find((each) => each.value === value)
        if (after) return after
      }
      throw tooMany()
    },
    async remove(accountId, name) {
      await list(accountId)
      const outcome = await database.write(deleteSigningKey(accountId, name, make(accountId, firstName)))
      if (!outcome.committed)
        throw new AppError('signing_key_not_found', `There is no signing key with the name "${name}".`)
      return list(accountId)
    },
  }
}
