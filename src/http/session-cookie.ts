import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { AppError } from '../domain/errors.ts'
import type { AppContext } from './environment.ts'

const name = 'imagehooks_session'

/** What a session's value looks like; anything else is not looked up. */
const form = /^[A-Za-z0-9_-]{43}$/

/**
 * Whether a browser says that a page of another server asks. `SameSite=Strict` leaves other sites without the cookie, but a
 * page on another port of the same machine is the same site to a browser, and would be let in to read.
 */
const isAskedFromElsewhere = (context: AppContext): boolean => {
  const site = context.req.header('sec-fetch-site')
  return site === 'same-site' || site === 'cross-site'
}

/** The value of the session cookie; undefined when there is none. */
export const sessionCookie = (context: AppContext): string | undefined => {
  if (isAskedFromElsewhere(context)) return undefined
  const value = getCookie(context, name, 'host') ?? getCookie(context, name)
  return value !== undefined && form.test(value) ? value : undefined
}

/**
 * `secure` where the page itself came over HTTPS: then its name begins with `__Host-`, so that no neighbouring host can
 * plant one. No script can read it, no other site can have it sent.
 */
export const setSessionCookie = (context: AppContext, value: string, maxAgeMs: number, secure: boolean): void =>
  setCookie(context, name, value, {
    httpOnly: true,
    sameSite: 'Strict',
    secure,
    path: '/',
    maxAge: Math.floor(maxAgeMs / 1000),
    ...(secure && { prefix: 'host' as const }),
  })

export const clearSessionCookie = (context: AppContext): void => {
  deleteCookie(context, name, { path: '/' })
  deleteCookie(context, name, { path: '/', secure: true, prefix: 'host' })
}

/**
 * Goes on only when a request that changes something was made by a page of this server. `SameSite=Strict` keeps other
 * sites away; a page on another port of the same machine is the same site to a browser, and its Origin header tells.
 * @throws AppError `forbidden`.
 */
export const requireOwnPage = (context: AppContext, publicUrl: string): void => {
  const origin = context.req.header('origin')
  const host = origin === undefined ? undefined : URL.parse(origin)?.host
  if (host !== undefined && (host === context.req.header('host') || host === URL.parse(publicUrl)?.host)) return
  throw new AppError('forbidden', 'Who is signed in by a cookie may change things from a page of this server only.')
}
