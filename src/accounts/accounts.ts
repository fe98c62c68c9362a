import type { Account, ApiToken } from '../domain/account.ts'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { newAccountHash, newAccountId, newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import { isPlainText } from '../domain/text.ts'
import { findAccount, insertAccount, listAccounts } from '../store/accounts.ts'
import { findTokenByDigest, insertToken } from '../store/api-tokens.ts'
import type { Database } from '../store/database.ts'
import { isTokenText, newToken, tokenDigest } from './token.ts'

export type AccountsParts = { readonly database: Database; readonly clock: Clock; readonly random: Random }

export type Accounts = {
  /**
   * Makes an account, the variant `public` and a first token; `token` is the only time it is seen.
   * @throws AppError `bad_request` for an id that is not 32 lower-case hex digits or is taken,
   * and for a name over 255 characters or with control characters.
   */
  create(wish: { readonly name: string; readonly id?: string | undefined }): Promise<NewAccount>
  /**
   * Makes sure that the account and the token are there, and makes what is missing. Doing it again changes nothing.
   * @throws AppError `bad_request` for a malformed id or token, and for a token that is another account's or revoked.
   */
  ensure(account: { readonly id: string; readonly token: string }): Promise<Account>
  find(id: string): Promise<Account | undefined>
  /** All, oldest first. */
  list(): Promise<readonly Account[]>
}

export type NewAccount = { readonly account: Account; readonly token: string }

const nameCharacters = 255

const refuse = (message: string, pointer: string): AppError => new AppError('bad_request', message, { pointer })

const checkId = (id: string): void => {
  if (!/^[0-9a-f]{32}$/.test(id)) throw refuse('The account id must be 32 lower-case hex digits.', 'id')
}

const tokenTaken = (): AppError =>
  refuse('The API token is revoked or belongs to another account; choose a new one.', 'token')

/** The tenants and their tokens. */
export const createAccounts = ({ database, clock, random }: AccountsParts): Accounts => {
  const tokenOf = (accountId: string, name: string): ApiToken => {
    const now = clock.now()
    return {
      id: newId('tok', now, random),
      accountId,
      name,
      permission: 'write',
      createdAt: now,
      lastUsedAt: null,
      revokedAt: null,
    }
  }

  const insert = async (id: string, name: string, token: string): Promise<Account | undefined> => {
    const account: Account = { id, hash: newAccountHash(random), name, createdAt: clock.now() }
    const first = insertToken(tokenOf(id, 'first'), tokenDigest(token))
    const outcome = await database.write([...insertAccount(account), first])
    return outcome.committed ? account : undefined
  }

  /** Gives the token to an account that is there, unless it has it. */
  const ensureToken = async (account: Account, token: string): Promise<Account> => {
    const digest = tokenDigest(token)
    const outcome = await database.write([insertToken(tokenOf(account.id, 'bootstrap'), digest)])
    if (outcome.committed) return account
    const known = await findTokenByDigest(database, digest)
    if (known?.accountId === account.id && known.revokedAt === null) return account
    throw tokenTaken()
  }

  return {
    async create({ name, id }) {
      if (id !== undefined) checkId(id)
      if ([...name].length > nameCharacters)
        throw refuse(`The account's name must not be longer than ${nameCharacters} characters.`, 'name')
      if (!isPlainText(name)) throw refuse("The account's name must be valid text without control characters.", 'name')
      const token = newToken(random)
      const account = await insert(id ?? newAccountId(random), name, token)
      if (!account) throw refuse(`The account ${id} exists already; choose another id.`, 'id')
      return { account, token }
    },
    async ensure({ id, token }) {
      checkId(id)
      if (!isTokenText(token))
        throw refuse('The API token must have 16 to 512 letters, digits or -._~+/ characters.', 'token')
      const present = await findAccount(database, id)
      const created = present ? undefined : await insert(id, id, token)
      if (created) return created
      const account = present ?? (await findAccount(database, id))
      if (!account) throw tokenTaken()
      return ensureToken(account, token)
    },
    find: (id) => findAccount(database, id),
    list: () => listAccounts(database),
  }
}
