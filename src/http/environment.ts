import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import type { Account } from '../domain/account.ts'

/**
 * What Hono hands to our handlers. `incoming` is there only when the app runs behind a port; a test that calls `fetch`
 * gives none.
 */
export type AppEnvironment = {
  Bindings: Partial<HttpBindings>
  Variables: { account: Account | undefined }
}

/** Routes of ours. */
export type Routes = Hono<AppEnvironment>

/** What a handler is called with. */
export type AppContext = Context<AppEnvironment>

/**
 * The account of a request under `/client/v4/accounts/{account_id}/`: the token was right and is this account's. Throws
 * when a route was mounted elsewhere, where nobody has checked.
 */
export const accountOf = (context: AppContext): Account => {
  const account = context.get('account')
  if (!account) throw new Error('This route stands outside the account paths; nobody has authenticated.')
  return account
}
