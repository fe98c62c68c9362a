import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/ask.ts'
import { App } from './app.tsx'
import { sessionKey } from './session/session.ts'

/** Who is refused may not be signed in any more: their time was over, or their token was revoked. */
const lookWhoIsSignedIn = (error: Error): void => {
  if (error instanceof ApiError && error.status === 403) void queries.invalidateQueries({ queryKey: sessionKey })
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: lookWhoIsSignedIn }),
  mutationCache: new MutationCache({ onError: lookWhoIsSignedIn }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // What the server refused it refuses again; only what could not be reached is worth another try.
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
})

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  )
