import { encodeHex, utf8 } from '../crypto/text.ts'
import { readBody } from '../pipeline/read-body.ts'

/** Makes requests: the global `fetch`, or one like it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** One request of a step to another server. */
export type Call = {
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  headers: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  signal: AbortSignal
}

/** Asks another server. A redirect is not followed: it would carry the headers elsewhere. */
export const call = (fetch: Fetch, { method, url, headers, json, signal }: Call): Promise<Response> =>
  fetch(url, {
    method,
    headers: json === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    redirect: 'manual',
    signal,
  })

const answerLimitBytes = 65_536

/** The JSON of an answer; undefined where it is none, or longer than 64 KiB. */
export const answerJson = async (response: Response): Promise<unknown> => {
  const bytes = await readBody(response, answerLimitBytes)
  try {
    return bytes && JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    // Not JSON: no answer, which is all that the caller asks.
    return undefined
  }
}

/** The key of an event as a header may hold it: the hex of its SHA-256, since image ids may have any character. */
export const idempotencyKey = async (key: string): Promise<string> =>
  encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(key))))
