import { ask } from '../api/ask.ts'

/** Who is signed in, as `/session` answers. */
export type Session = {
  readonly account_id: string
  readonly account_hash: string
  readonly account_name: string
  readonly permission: 'Images Read' | 'Images Write'
  readonly token_name: string
  readonly expires: string
}

/** Under which who is signed in is kept among what was asked. */
export const sessionKey = ['session'] as const

export const readSession = (): Promise<Session | null> => ask<Session | null>('GET', '/session')

export const signIn = (token: string): Promise<Session> => ask<Session>('POST', '/session', { token })

export const signInWithCode = (code: string): Promise<Session> => ask<Session>('POST', '/session/code', { code })

export const signOut = (): Promise<unknown> => ask('DELETE', '/session')

/** The code of a one-click link, which stands in the fragment so that no log ever holds it; it is taken out of the address. */
export const takeCode = (): string | undefined => {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1]
  if (code !== undefined) history.replaceState(null, '', location.pathname)
  return code
}
