import type { Fetch } from './transport.ts'

/** What waiting needs. */
export type Waiting = {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>
  /** 0 up to 1. */
  random(): number
}

const mostTries = 7
const firstWaitMs = 500
/** Cloudflare refuses for five minutes once its limit was passed. */
const longestWaitMs = 300_000

/** RFC 9110 §10.2.3: seconds, or a date. Undefined when there is none. */
const retryAfterMs = (response: Response, now: number): number | undefined => {
  const text = response.headers.get('retry-after')?.trim()
  if (!text) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestWaitMs)
}

const isPassing = (status: number): boolean => status === 429 || status >= 500

/**
 * A `fetch` that tries again what may succeed later: no answer, 429 and 5xx, up to seven times with growing waits, at
 * least as long as the server asks for. While it asks for patience, no other request is sent to it either.
 */
export const patientFetch = (fetch: Fetch, { now, wait, random }: Waiting): Fetch => {
  let quietUntil = 0

  const tryOnce = async (request: Request): Promise<Response | { readonly problem: unknown }> => {
    try {
      return await fetch(request.clone())
    } catch (problem) {
      return { problem }
    }
  }

  return async (request) => {
    for (let tries = 1; ; tries++) {
      if (quietUntil > now()) await wait(quietUntil - now())
      const outcome = await tryOnce(request)
      const passing = 'problem' in outcome || isPassing(outcome.status)
      if (!passing || tries === mostTries) {
        if ('problem' in outcome) throw outcome.problem
        return outcome
      }
      const asked = 'problem' in outcome ? undefined : retryAfterMs(outcome, now())
      if (!('problem' in outcome)) await outcome.body?.cancel()
      if (asked !== undefined) quietUntil = Math.max(quietUntil, now() + asked)
      else await wait(firstWaitMs * 2 ** (tries - 1) * (1 + random() / 2))
    }
  }
}
