import { ApiError } from './api-error.ts'
import { isFields } from './read.ts'

/** The part of the platform's `fetch` that is needed, so that tests and servers can hand in their own. */
export type Fetch = (request: Request) => Promise<Response>

export type TransportOptions = {
  /** Where the server is, such as `http://127.0.0.1:4747`. */
  readonly url: string
  readonly accountId: string
  /** An API token; undefined where the browser's session cookie stands for it. */
  readonly token?: string | undefined
  readonly fetch: Fetch
}

/** Sends one call below `/client/v4/accounts/{id}` and answers what stands in `result`. */
export type Call = (
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
) => Promise<unknown>

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's page is no envelope, and is told so below.
    return undefined
  }
}

const firstError = (envelope: unknown): { code: number; message: string; pointer: string | undefined } | undefined => {
  const errors: unknown = isFields(envelope) ? envelope['errors'] : undefined
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  if (!isFields(first) || typeof first['code'] !== 'number' || typeof first['message'] !== 'string') return undefined
  const source = first['source']
  const pointer = isFields(source) && typeof source['pointer'] === 'string' ? source['pointer'] : undefined
  return { code: first['code'], message: first['message'], pointer }
}

/** Calls of one account at one server, in Cloudflare's envelope. They reject with an {@link ApiError} only. */
export const createTransport = ({ url, accountId, token, fetch }: TransportOptions): Call => {
  const root = `${url.replace(/\/+$/, '')}/client/v4/accounts/${encodeURIComponent(accountId)}`

  const send = async (request: Request): Promise<{ status: number; text: string }> => {
    try {
      const response = await fetch(request)
      return { status: response.status, text: await response.text() }
    } catch (cause) {
      throw new ApiError(`${url} cannot be reached; check that the server runs there.`, { status: 0, code: 0, cause })
    }
  }

  return async (method, path, body) => {
    const { status, text } = await send(
      new Request(`${root}${path}`, {
        method,
        // A redirect would take the token elsewhere.
        redirect: 'error',
        headers: {
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
    const envelope = parse(text)
    if (status >= 200 && status <= 299 && isFields(envelope) && envelope['success'] === true) return envelope['result']
    const { message, ...rest } = firstError(envelope) ?? {
      code: 0,
      message: `${url} answered ${status} without the envelope of this API; check the URL.`,
    }
    throw new ApiError(message, { status, ...rest })
  }
}
