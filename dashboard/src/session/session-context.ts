import { createContext, use } from 'react'
import type { Session } from './session.ts'

export const SessionContext = createContext<Session | undefined>(undefined)

/** Who is signed in; for pages, which are only shown to somebody who is. */
export const useSession = (): Session => {
  const session = use(SessionContext)
  if (!session) throw new Error('A page was shown to nobody.')
  return session
}

/** Where the account's API stands: `/client/v4/accounts/<id>`. */
export const useAccountPath = (): string => `/client/v4/accounts/${useSession().account_id}`
