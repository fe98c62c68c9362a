import { createPatience, isPassing, retryAfterMs, type Waiting } from './patience.ts'
import type { Fetch } from './transport.ts'

export type { Waiting } from './patience.ts'

/**
 * A `fetch` that tries again what may succeed later: no answer, 429 and 5xx, up to seven times with growing waits, at
 * least as long as the server asks for. While it asks for patience, no other request is sent to it either.
 */
export const patientFetch = (fetch: Fetch, waiting: Waiting): Fetch => {
  const patience = createPatience(waiting)
  return async (request) => {
    let last: Response | undefined
    return patience(
      async () => {
        await last?.body?.cancel()
        last = undefined
        return (last = await fetch(request.clone()))
      },
      (outcome) =>
        'problem' in outcome
          ? { again: true }
          : { again: isPassing(outcome.result.status), afterMs: retryAfterMs(outcome.result.headers, waiting.now()) },
    )
  }
}
