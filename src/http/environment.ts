import type { Context, Hono } from 'hono'
import type { IncomingMessage } from 'node:http'
import type { Account, Permission } from '../domain/account.ts'

/** What comes beside a request: the connection's own, where the app runs behind a port. A call of `fetch` needs none. */
export type Bindings = { readonly incoming?: IncomingMessage }

/** What Hono hands to our handlers. */
export type AppEnvironment = {
  Bindings: Bindings
  Variables: {
    account: Account | undefined
    permission: Permission | undefined
    /** Of the API token. */
    tokenId: string | undefined
    isStillAllowed: (() => Promise<boolean>) | undefined
  }
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

/** Asks anew whether what a request under an account came with still opens that account: for answers that stay open. */
export const isStillAllowed = async (context: AppContext): Promise<boolean> =>
  (await context.get('isStillAllowed')?.()) ?? false
