import type { Sealer } from '../config/secrets.ts'
import type { Clock } from '../domain/clock.ts'
import { newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import { findAccount } from '../store/accounts.ts'
import { findToken, type TokenOwner } from '../store/api-tokens.ts'
import type { Database } from '../store/database.ts'

export type BatchTokensParts = {
  readonly database: Database
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Random
}

export type BatchTokens = {
  /** A token for the batch paths with the permission of the API token that asks for it, and its end. */
  create(accountId: string, apiTokenId: string): { readonly value: string; readonly expiresAt: number }
  /** Whose batch token that is; undefined when it is none, is over, or its API token was revoked. */
  authenticate(value: string): Promise<TokenOwner | undefined>
}

const lifeMs = 3_600_000
const prefix = 'ihb_'
const context = 'batch-token'

/** What a batch token says: it is sealed, so every node can read it and nothing of it is stored. */
type Ticket = { readonly accountId: string; readonly apiTokenId: string; readonly id: string; readonly until: number }

const readTicket = (opened: Uint8Array): Ticket => {
  const [accountId = '', apiTokenId = '', id = '', until = ''] = Buffer.from(opened).toString('utf8').split(' ')
  return { accountId, apiTokenId, id, until: Number(until) }
}

/** Tokens for many calls in a short time; each lives an hour at most, and never longer than its API token. */
export const createBatchTokens = ({ database, sealer, clock, random }: BatchTokensParts): BatchTokens => ({
  create(accountId, apiTokenId) {
    const now = clock.now()
    const expiresAt = now + lifeMs
    const ticket = [accountId, apiTokenId, newId('tok', now, random), expiresAt].join(' ')
    const { bytes } = sealer.seal(Buffer.from(ticket), context)
    return { value: `${prefix}${Buffer.from(bytes).toString('base64url')}`, expiresAt }
  },
  async authenticate(value) {
    const opened = value.startsWith(prefix)
      ? sealer.open({ keyId: '', bytes: Buffer.from(value.slice(prefix.length), 'base64url') }, context)
      : undefined
    if (!opened) return undefined
    const { accountId, apiTokenId, id, until } = readTicket(opened)
    if (until <= clock.now()) return undefined
    const [account, token] = await Promise.all([
      findAccount(database, accountId),
      findToken(database, accountId, apiTokenId),
    ])
    // Its own id, so that it has a pace of its own.
    return account && token?.revokedAt === null ? { account, token: { ...token, id } } : undefined
  },
})
