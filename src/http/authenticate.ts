import type { MiddlewareHandler } from 'hono'
import type { TokenOwner } from '../store/api-tokens.ts'
import type { Permission } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import { failure } from './envelope.ts'
import { requireOwnPage, sessionCookie } from './session-cookie.ts'
import type { AppContext, AppEnvironment } from './environment.ts'

/** Finds an API token and its account; undefined when the token is unknown or revoked. */
export type FindByToken = (token: string) => Promise<TokenOwner | undefined>

/** Takes leave for one request of a token: 0 = go on, else the milliseconds to wait. */
export type RequestPace = (tokenId: string) => number

/** RFC 6750 §2.1; the longest token of ours has 46 characters, others may come from the operator. */
const bearer = /^Bearer +([A-Za-z0-9\-._~+/]{1,512}=*)$/i
const key = /^[A-Za-z0-9\-._~+/]{1,512}=*$/

export type AuthenticateParts = {
  readonly findByToken: FindByToken
  /** Finds who the cookie of a dashboard session stands for. */
  readonly findBySession: FindByToken
  readonly requestPace: RequestPace
  /** The server's own address, whose pages may change things by a session. */
  readonly publicUrl: () => string
}

/** What a request brings: a token, nothing, or something that is none. */
type Credentials = { token: string } | { malformed: 6103 | 6111; header: string } | undefined

const credentials = (context: AppContext): Credentials => {
  const authorization = context.req.header('authorization')
  if (authorization !== undefined) {
    const token = bearer.exec(authorization.trim())?.[1]
    return token === undefined ? { malformed: 6111, header: 'Authorization' } : { token }
  }
  const token = context.req.header('x-auth-key')
  if (token === undefined) return undefined
  return key.test(token) ? { token } : { malformed: 6103, header: 'X-Auth-Key' }
}

/** A program's token comes first; a browser that is signed in brings none. */
const sessionOf = (context: AppContext): { session: string } | undefined => {
  const session = sessionCookie(context)
  return session === undefined ? undefined : { session }
}

const readingMethods: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/**
 * Goes on only when the request's token has the permission.
 * @throws AppError `forbidden`.
 */
export const requirePermission = (context: AppContext, permission: Permission): void => {
  if (permission === 'write' && context.get('permission') !== 'write')
    throw new AppError(
      'forbidden',
      'This API token may only read; the call needs one with the permission Images Write.',
    )
}

/** The answer to credentials that cannot be any. */
const malformed = (context: AppContext, given: { malformed: number; header: string }): Response => {
  const chain = [{ code: given.malformed, message: `Invalid format for ${given.header} header` }]
  return context.json(failure({ code: 6003, message: 'Invalid request headers', error_chain: chain }), 400)
}

/**
 * Keeps whose request it is, where its token's pace and permission allow it.
 * @throws AppError `too_many_requests`, `forbidden`.
 */
const admit = (context: AppContext, { account, token }: TokenOwner, requestPace: RequestPace): void => {
  const waitMs = requestPace(token.id)
  if (waitMs > 0)
    throw new AppError('too_many_requests', `This API token asks too often; wait ${Math.ceil(waitMs / 1000)} s.`, {
      retryAfterMs: waitMs,
    })
  context.set('account', account)
  context.set('permission', token.permission)
  context.set('tokenId', token.id)
  if (!readingMethods.has(context.req.method)) requirePermission(context, 'write')
}

/**
 * Lets a request pass that carries a token of the account in its path, and keeps that account for `accountOf`. Takes
 * `Authorization: Bearer` or Cloudflare's older pair, in which `X-Auth-Key` holds an API token and is
 * enough alone; `X-Auth-Email` beside it decides nothing and only appears on the request line of the log. A wrong token and somebody else's account get the same answer, so that neither tells what exists.
 */
export const authenticate =
  ({ findByToken, findBySession, requestPace, publicUrl }: AuthenticateParts): MiddlewareHandler<AppEnvironment> =>
  async (context, next) => {
    const accountId = context.req.param('accountId') ?? ''
    if (!/^[0-9a-f]{32}$/.test(accountId))
      throw new AppError('account_not_found', 'The account id in the path must be 32 lower-case hex digits.')
    const given = credentials(context) ?? sessionOf(context)
    if (given === undefined)
      throw new AppError(
        'unauthenticated',
        'Authentication error: send an API token as "Authorization: Bearer <token>".',
      )
    if ('malformed' in given) return malformed(context, given)
    const find = () => ('session' in given ? findBySession(given.session) : findByToken(given.token))
    const owner = await find()
    if (owner?.account.id !== accountId)
      throw new AppError(
        'unauthenticated',
        'Authentication error: the API token is wrong, revoked, or of another account.',
      )
    admit(context, owner, requestPace)
    context.set('isStillAllowed', async () => (await find())?.account.id === accountId)
    if ('session' in given && !readingMethods.has(context.req.method)) requireOwnPage(context, publicUrl())
    return next()
  }

/** The same for the batch paths, which name no account: the batch token does. */
export const authenticateBatch =
  (findByToken: FindByToken, requestPace: RequestPace): MiddlewareHandler<AppEnvironment> =>
  async (context, next) => {
    const given = credentials(context)
    if (given && 'malformed' in given) return malformed(context, given)
    const owner = given && (await findByToken(given.token))
    if (!owner)
      throw new AppError(
        'unauthenticated',
        'Authentication error: send a batch token as "Authorization: Bearer <token>"; one lives an hour, ask for a new one at …/images/v1/batch_token.',
      )
    admit(context, owner, requestPace)
    return next()
  }
