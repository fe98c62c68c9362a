import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Route, Switch } from 'wouter'
import { ApiError } from './api/ask.ts'
import { Frame } from './frame/frame.tsx'
import { Failure } from './parts/failure.tsx'
import { hasInbox } from './pages/inbox/use-inbox.ts'
import { Waiting } from './parts/waiting.tsx'
import { SessionContext } from './session/session-context.ts'
import { readSession, signInWithCode, takeCode, type Session } from './session/session.ts'
import { SignIn } from './session/sign-in.tsx'

// Each page is loaded when it is first shown. `lazy` wants a default export, which our modules do not have.
const Overview = lazy(async () => ({ default: (await import('./pages/overview/overview.tsx')).Overview }))
const Webhooks = lazy(async () => ({ default: (await import('./pages/webhooks/webhooks.tsx')).Webhooks }))
const Webhook = lazy(async () => ({ default: (await import('./pages/webhooks/webhook.tsx')).Webhook }))
const DeliveryPage = lazy(async () => ({ default: (await import('./pages/webhooks/delivery.tsx')).DeliveryPage }))
const Images = lazy(async () => ({ default: (await import('./pages/images/images.tsx')).Images }))
const ImagePage = lazy(async () => ({ default: (await import('./pages/images/image-page.tsx')).ImagePage }))
const DirectUploadTester = lazy(async () => ({
  default: (await import('./pages/images/direct-upload.tsx')).DirectUploadTester,
}))
const Variants = lazy(async () => ({ default: (await import('./pages/variants/variants.tsx')).Variants }))
const Keys = lazy(async () => ({ default: (await import('./pages/keys/keys.tsx')).Keys }))
const Tokens = lazy(async () => ({ default: (await import('./pages/tokens/tokens.tsx')).Tokens }))
const Inbox = lazy(async () => ({ default: (await import('./pages/inbox/inbox.tsx')).Inbox }))
const NotFound = lazy(async () => ({ default: (await import('./pages/not-found.tsx')).NotFound }))

const Pages = () => (
  <Suspense fallback={<Waiting lines={8} />}>
    <Switch>
      <Route path="/" component={Overview} />
      <Route path="/images" component={Images} />
      {/* No image can have this id: it is a path of the API. */}
      <Route path="/images/direct_upload" component={DirectUploadTester} />
      <Route path="/images/*" component={ImagePage} />
      <Route path="/variants" component={Variants} />
      <Route path="/settings/keys" component={Keys} />
      <Route path="/settings/tokens" component={Tokens} />
      <Route path="/settings/webhooks" component={Webhooks} />
      <Route path="/settings/webhooks/:id" component={Webhook} />
      <Route path="/deliveries/:id" component={DeliveryPage} />
      <Route path="/received" component={Inbox} />
      <Route component={NotFound} />
    </Switch>
  </Suspense>
)

/** Taken once, when the page is loaded, so that a repeated render cannot use it up. */
const code = takeCode()

const open = async (): Promise<{ readonly session: Session | null; readonly notice?: string }> => {
  if (code === undefined) return { session: await readSession() }
  try {
    return { session: await signInWithCode(code) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { session: await readSession(), notice: error.message }
  }
}

/** Signs in by the session that is there, by a link's code, or by a token; and then shows the pages. */
export const App = () => {
  const queries = useQueryClient()
  const opened = useQuery({ queryKey: ['session'], queryFn: open, staleTime: Infinity, retry: false })
  const inbox = useQuery({ queryKey: ['has-inbox'], queryFn: hasInbox, staleTime: Infinity, retry: false })
  const [signedIn, setSignedIn] = useState<Session>()
  if (opened.isPending) return null
  if (opened.isError) return <Failure error={opened.error} retry={() => void opened.refetch()} />
  const session = signedIn ?? opened.data.session
  if (!session)
    return (
      <SignIn
        notice={opened.data.notice}
        onSignedIn={(next) => {
          queries.clear()
          setSignedIn(next)
        }}
      />
    )
  return (
    <SessionContext value={session}>
      <Frame session={session} hasInbox={inbox.data === true}>
        <Pages />
      </Frame>
    </SessionContext>
  )
}
