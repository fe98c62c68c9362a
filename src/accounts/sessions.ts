import type { Clock } from '../domain/clock.ts'
import type { Random } from '../domain/random.ts'
import type { TokenOwner } from '../store/api-tokens.ts'
import type { Database } from '../store/database.ts'
import { deleteExpiredSessions, deleteSession, findSessionOwner, insertSession } from '../store/sessions.ts'
import { tokenDigest } from './token.ts'
import type { Tokens } from './tokens.ts'

export type SessionsParts = {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly tokens: Tokens
}

/** Somebody who is signed in. */
export type SessionOwner = TokenOwner & { readonly expiresAt: number }

export type NewSession = SessionOwner & { /** For the cookie alone; not kept. */ readonly value: string }

export type Sessions = {
  /** Signs in with a live API token; undefined when it is none. */
  signIn(token: string): Promise<NewSession | undefined>
  /** Makes a code that signs in once, within a minute, at this process: what a link in a terminal carries. */
  createCode(token: string): string
  /** Signs in with such a code; undefined when it is unknown, used or too old. */
  signInWithCode(code: string): Promise<NewSession | undefined>
  /** Who a cookie's value stands for; undefined when the session or its token is over. */
  find(value: string): Promise<SessionOwner | undefined>
  signOut(value: string): Promise<void>
}

/** A working day: long enough not to be in the way, short enough for a machine that is left alone. */
export const sessionMs = 12 * 3_600_000
const codeMs = 60_000
/** Codes that wait to be used; the oldest gives way. */
const waitingCodes = 100
/** Sessions that are over, removed with each sign-in; more of them than sign-ins cannot come to be. */
const expiredPerSignIn = 20

/** Who is signed in to the dashboard. A session stands for an API token, may do what that may, and ends with it. */
export const createSessions = ({ database, clock, random, tokens }: SessionsParts): Sessions => {
  const codes = new Map<string, { readonly token: string; readonly until: number }>()
  const newSecret = (): string => Buffer.from(random.bytes(32)).toString('base64url')

  const signIn = async (text: string): Promise<NewSession | undefined> => {
    const owner = await tokens.authenticate(text)
    if (!owner) return undefined
    const value = newSecret()
    const createdAt = clock.now()
    const expiresAt = createdAt + sessionMs
    await database.write([
      deleteExpiredSessions(createdAt, expiredPerSignIn),
      insertSession({ digest: tokenDigest(value), tokenId: owner.token.id, createdAt, expiresAt }),
    ])
    return { ...owner, expiresAt, value }
  }

  return {
    signIn,
    createCode(token) {
      const code = newSecret()
      codes.set(tokenDigest(code), { token, until: clock.monotonic() + codeMs })
      const [oldest] = codes.keys()
      if (codes.size > waitingCodes && oldest !== undefined) codes.delete(oldest)
      return code
    },
    async signInWithCode(code) {
      const digest = tokenDigest(code)
      const known = codes.get(digest)
      codes.delete(digest)
      return known && clock.monotonic() < known.until ? signIn(known.token) : undefined
    },
    find: (value) => findSessionOwner(database, tokenDigest(value), clock.now()),
    async signOut(value) {
      await database.write([deleteSession(tokenDigest(value))])
    },
  }
}
