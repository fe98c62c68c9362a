import { toTokenOwner, tokenOwnerColumns, type TokenOwner } from './api-tokens.ts'
import type { Database, Statement } from './database.ts'
import { number } from './row.ts'

export type Session = {
  /** SHA-256 of what the cookie holds, lower-case hex. */
  readonly digest: string
  readonly tokenId: string
  readonly createdAt: number
  readonly expiresAt: number
}

export const insertSession = ({ digest, tokenId, createdAt, expiresAt }: Session): Statement => ({
  sql: 'insert into session (digest, token_id, created_at, expires_at) values ($1, $2, $3, $4)',
  parameters: [digest, tokenId, createdAt, expiresAt],
  expect: 1,
})

export const deleteSession = (digest: string): Statement => ({
  sql: 'delete from session where digest = $1',
  parameters: [digest],
})

/** Removes some of the sessions that are over. */
export const deleteExpiredSessions = (now: number, limit: number): Statement => ({
  sql: `delete from session where digest in (
          select digest from session where expires_at <= $1 order by expires_at limit $2)`,
  parameters: [now, limit],
})

/** The live token behind a session, its account, and when the session ends; undefined when it is over or unknown. */
export const findSessionOwner = async (
  database: Database,
  digest: string,
  now: number,
): Promise<(TokenOwner & { readonly expiresAt: number }) | undefined> => {
  const [row] = await database.read(
    `select ${tokenOwnerColumns}, session.expires_at as session_expires_at
     from session join api_token on api_token.id = session.token_id join account on account.id = api_token.account_id
     where session.digest = $1 and session.expires_at > $2 and api_token.revoked_at is null`,
    [digest, now],
  )
  return row && { ...toTokenOwner(row), expiresAt: number(row, 'session_expires_at') }
}
