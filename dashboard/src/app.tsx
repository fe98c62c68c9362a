import { useQuery } from '@tanstack/react-query'
import { Frame } from './frame/frame.tsx'
import { Pages } from './pages/pages.tsx'
import { hasInbox } from './pages/inbox/has-inbox.ts'
import { Failure } from './parts/failure.tsx'
import { SessionContext } from './session/session-context.ts'
import { SignIn } from './session/sign-in.tsx'
import { useSignIn } from './session/use-sign-in.ts'

/** Asks who one is, where nobody is signed in; and then shows the pages. */
export const App = () => {
  const { opened, signedIn } = useSignIn()
  const inbox = useQuery({ queryKey: ['has-inbox'], queryFn: hasInbox, staleTime: Infinity, retry: false })
  if (opened.isPending || inbox.isPending) return null
  if (!opened.data)
    return (
      <main>
        <Failure error={opened.error} retry={() => void opened.refetch()} />
      </main>
    )
  const { session, notice } = opened.data
  if (!session) return <SignIn notice={notice} onSignedIn={signedIn} />
  return (
    <SessionContext value={session}>
      <Frame session={session} hasInbox={inbox.data === true}>
        <Pages />
      </Frame>
    </SessionContext>
  )
}
