import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/ask.ts'
import { readSession, sessionKey, signInWithCode, takeCode, type Session } from './session.ts'

/** Who is signed in, or null; and why nobody is, where there is something to say. */
type Opened = { readonly session: Session | null; readonly notice?: string }

/** Taken when the page is loaded and used once, so that a repeated render cannot use it up. */
let code = takeCode()

const open = async (before: Opened | undefined): Promise<Opened> => {
  const given = code
  code = undefined
  try {
    if (given !== undefined) return { session: await signInWithCode(given) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { session: await readSession(), notice: error.message }
  }
  const session = await readSession()
  if (session !== null || !before?.session) return { ...before, session }
  return { session, notice: 'You were signed out: the session has ended, or its API token was revoked.' }
}

/** Signs in by the session that is there or by the code of a link, and later by a token. */
export const useSignIn = () => {
  const queries = useQueryClient()
  const opened = useQuery({
    queryKey: sessionKey,
    queryFn: () => open(queries.getQueryData<Opened>(sessionKey)),
    staleTime: Infinity,
    retry: false,
  })
  const signedIn = (session: Session): void => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
    queries.setQueryData<Opened>(sessionKey, { session })
  }
  return { opened, signedIn }
}
