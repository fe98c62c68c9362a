import type { AppContext } from './environment.ts'

/** One entry of `errors`. */
export type Problem = {
  /** Cloudflare's number, at least 1000. */
  readonly code: number
  readonly message: string
  /** Where in the request the fault lies. */
  readonly source?: { readonly pointer: string }
  readonly error_chain?: readonly { readonly code: number; readonly message: string }[]
}

/** Where a page of a list stands. */
export type ResultInfo = {
  readonly page: number
  readonly per_page: number
  /** How many this page holds. */
  readonly count: number
}

/**
 * A good answer in Cloudflare's envelope. Always 200 with a body: the official client fails on 204. `resultInfo` stands
 * beside the result of paged lists.
 */
export const success = (context: AppContext, result: unknown, resultInfo?: ResultInfo): Response =>
  context.json({
    result,
    success: true,
    errors: [],
    messages: [],
    ...(resultInfo && { result_info: resultInfo }),
  })

/** The text of a good answer, where it is kept for later. */
export const successText = (result: unknown): string =>
  JSON.stringify({ result, success: true, errors: [], messages: [] })

/** The body of a failure; the status must be 4xx or 5xx, because clients do not look at `success`. */
export const failure = (problem: Problem) => ({ result: null, success: false, errors: [problem], messages: [] })
