import { Hono } from 'hono'
import { z } from 'zod'
import { sessionMs, type NewSession, type SessionOwner, type Sessions } from '../accounts/sessions.ts'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { success } from './envelope.ts'
import type { AppContext, AppEnvironment, Routes } from './environment.ts'
import { readJson } from './input.ts'
import { clearSessionCookie, requireOwnPage, sessionCookie, setSessionCookie } from './session-cookie.ts'

export type SessionRoutesParts = {
  readonly sessions: Sessions
  readonly clock: Clock
  readonly publicUrl: () => string
  /** Takes leave for one try to sign in from an address: 0 = go on, else the milliseconds to wait. */
  readonly signInPace: (address: string) => number
}

/** Where the session routes stand: outside the account API, since they are the dashboard's own. */
export const sessionPath = '/session'

const withToken = z.strictObject({ token: z.string().max(512) })
const withCode = z.strictObject({ code: z.string().max(512) })

const view = ({ account, token, expiresAt }: SessionOwner) => ({
  account_id: account.id,
  account_hash: account.hash,
  account_name: account.name,
  permission: token.permission === 'write' ? 'Images Write' : 'Images Read',
  token_name: token.name,
  expires: new Date(expiresAt).toISOString(),
})

/** Signing in to the dashboard, out of it, and who is; relative to `/session`. */
export const sessionRoutes = ({ sessions, clock, publicUrl, signInPace }: SessionRoutesParts): Routes => {
  const takeLeave = (context: AppContext): void => {
    requireOwnPage(context, publicUrl())
    const waitMs = signInPace(context.env.incoming?.socket.remoteAddress ?? '')
    if (waitMs > 0)
      throw new AppError('too_many_requests', `Too many tries to sign in; wait ${Math.ceil(waitMs / 1000)} s.`, {
        retryAfterMs: waitMs,
      })
  }

  const signedIn = async (context: AppContext, session: NewSession | undefined, refusal: string): Promise<Response> => {
    if (!session) throw new AppError('unauthenticated', refusal)
    // The one that the browser brought is over: nobody else may go on in it.
    const before = sessionCookie(context)
    if (before !== undefined) await sessions.signOut(before)
    const secure = context.req.header('origin')?.startsWith('https:') === true
    setSessionCookie(context, session.value, sessionMs, secure)
    return success(context, view(session))
  }

  return new Hono<AppEnvironment>()
    .get('/', async (context) => {
      const value = sessionCookie(context)
      const owner = value === undefined ? undefined : await sessions.find(value)
      return success(context, owner ? view(owner) : null)
    })
    .post('/', async (context) => {
      takeLeave(context)
      const { token } = await readJson(context, withToken, clock)
      return signedIn(
        context,
        await sessions.signIn(token.trim()),
        'This is no live API token; paste one of the account.',
      )
    })
    .post('/code', async (context) => {
      takeLeave(context)
      const { code } = await readJson(context, withCode, clock)
      return signedIn(
        context,
        await sessions.signInWithCode(code),
        'The link was used already or is older than a minute; start the server again for a new one, or paste a token.',
      )
    })
    .delete('/', async (context) => {
      requireOwnPage(context, publicUrl())
      const value = sessionCookie(context)
      if (value !== undefined) await sessions.signOut(value)
      clearSessionCookie(context)
      return success(context, {})
    })
}
