import type { ApiToken, Permission } from '../domain/account.ts'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import { isPlainText } from '../domain/text.ts'
import {
  findToken,
  findTokenOwner,
  insertTokenWithin,
  listTokens,
  revokeToken,
  touchToken,
  type TokenOwner,
} from '../store/api-tokens.ts'
import type { Database } from '../store/database.ts'
import type { Log } from '../telemetry/log.ts'
import { newToken, tokenDigest } from './token.ts'

export type TokensParts = {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export type NewApiToken = { readonly token: ApiToken; /** Shown this once. */ readonly value: string }

export type Tokens = {
  /** The live token of that text with its account; notes to the minute that it was used. */
  authenticate(value: string): Promise<TokenOwner | undefined>
  /**
   * @throws AppError `bad_request` for a name that is empty, over 100 characters or no plain text; `token_limit` when the
   * account has 100 live ones.
   */
  create(accountId: string, wish: { readonly name: string; readonly permission: Permission }): Promise<NewApiToken>
  /** Oldest first, revoked ones too, without their text. */
  list(accountId: string): Promise<readonly ApiToken[]>
  /**
   * From now on the token opens nothing; doing it again changes nothing.
   * @throws AppError `token_not_found`; `bad_request` for the last live token that may write, so that nobody locks an
   * account from outside.
   */
  revoke(accountId: string, id: string): Promise<ApiToken>
}

export const tokenLimits = { perAccount: 100, nameCharacters: 100 } as const

/** How exact "last used" is: noting every request would make every read a write. */
const touchEveryMs = 60_000

const notFound = (id: string): AppError => new AppError('token_not_found', `There is no API token with the id "${id}".`)

/** The API tokens of accounts. */
export const createTokens = ({ database, clock, random, log }: TokensParts): Tokens => {
  const touch = async ({ token }: TokenOwner): Promise<void> => {
    const now = clock.now()
    if (token.lastUsedAt !== null && now - token.lastUsedAt < touchEveryMs) return
    try {
      await database.write([touchToken(token.id, now)])
    } catch (err) {
      // The request is good; only the note about it is lost.
      log.warn({ err, tokenId: token.id }, 'When an API token was last used could not be noted')
    }
  }

  return {
    async authenticate(value) {
      const owner = await findTokenOwner(database, tokenDigest(value))
      if (owner) await touch(owner)
      return owner
    },
    async create(accountId, { name, permission }) {
      if (name.trim() === '' || [...name].length > tokenLimits.nameCharacters || !isPlainText(name))
        throw new AppError(
          'bad_request',
          `name must be 1 to ${tokenLimits.nameCharacters} characters of plain text that tell what the token is for.`,
          { pointer: '/name' },
        )
      const now = clock.now()
      const id = newId('tok', now, random)
      const token: ApiToken = { id, accountId, name, permission, createdAt: now, lastUsedAt: null, revokedAt: null }
      const value = newToken(random)
      const outcome = await database.write(insertTokenWithin(token, tokenDigest(value), tokenLimits.perAccount))
      if (!outcome.committed)
        throw new AppError(
          'token_limit',
          `The account has ${tokenLimits.perAccount} live API tokens; revoke one that is not used first.`,
        )
      return { token, value }
    },
    list: (accountId) => listTokens(database, accountId),
    async revoke(accountId, id) {
      await database.write(revokeToken(accountId, id, clock.now()))
      const token = await findToken(database, accountId, id)
      if (!token) throw notFound(id)
      if (token.revokedAt === null)
        throw new AppError('bad_request', 'This is the last API token that may write; create another one first.')
      return token
    },
  }
}
