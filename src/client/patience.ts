/** What waiting needs. */
export type Waiting = {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>
  /** 0 up to 1. */
  random(): number
}

/** What came of one try: a result, or what it threw. */
export type Outcome<Result> = { readonly result: Result } | { readonly problem: unknown }

/** Whether another try may go better; `afterMs` is how long the other side asks to be left alone. */
export type Verdict = { readonly again: boolean; readonly afterMs?: number | undefined }

/** Does a piece of work, again where it may go better, and answers what came of the last try. */
export type Patience = <Result>(
  work: () => Promise<Result>,
  judge: (outcome: Outcome<Result>) => Verdict,
) => Promise<Result>

const mostTries = 7
const firstWaitMs = 500
/** Cloudflare refuses for five minutes once its limit was passed. */
const longestWaitMs = 300_000

/**
 * Tries up to seven times with growing waits, at least as long as the other side asks for. While it asks for patience, no
 * other work of the same patience is begun either.
 */
export const createPatience = ({ now, wait, random }: Waiting): Patience => {
  let quietUntil = 0

  const tryOnce = async <Result>(work: () => Promise<Result>): Promise<Outcome<Result>> => {
    try {
      return { result: await work() }
    } catch (problem) {
      return { problem }
    }
  }

  return async (work, judge) => {
    for (let tries = 1; ; tries++) {
      if (quietUntil > now()) await wait(quietUntil - now())
      const outcome = await tryOnce(work)
      const { again, afterMs } = judge(outcome)
      if (!again || tries === mostTries) {
        if ('problem' in outcome) throw outcome.problem
        return outcome.result
      }
      if (afterMs === undefined) await wait(firstWaitMs * 2 ** (tries - 1) * (1 + random() / 2))
      else quietUntil = Math.max(quietUntil, now() + Math.min(Math.max(afterMs, 0), longestWaitMs))
    }
  }
}

/** Statuses after which the same request may be answered otherwise. */
export const isPassing = (status: number): boolean => status === 429 || (status >= 500 && status !== 501)

/** RFC 9110 §10.2.3: seconds, or a date, which tells something to who knows the time. Undefined when there is none. */
export const retryAfterMs = (headers: Headers, now?: number): number | undefined => {
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - (now ?? Number.NaN)
  return Number.isNaN(ms) ? undefined : ms
}
