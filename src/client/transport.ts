import { ApiError } from './api-error.ts'
import { retryAfterMs } from './patience.ts'
import { AnswerError, isFields } from './read.ts'

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

/** What one request says beyond its method and path. */
export type Sending = {
  /** Sent as a form, or as JSON. */
  readonly body?: FormData | object | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

/** Ways to ask below `/client/v4/accounts/{id}`. They reject with an {@link ApiError}, or with the reason of the signal. */
export type Transport = {
  /** Sends one call and answers what stands in `result`. */
  call(method: string, path: string, sending?: Sending): Promise<unknown>
  /** Sends one call and answers the response of a success as it is, its body unread. */
  open(method: string, path: string, sending?: Sending): Promise<Response>
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's page is no envelope, and is told so below.
    return undefined
  }
}

/** Ten thousand images with long metadata stay below; what does not end is given up. */
const longestAnswerBytes = 67_108_864

/** The text of an answer. A server that nobody vouches for must not fill the memory. */
const readText = async ({ body }: Response): Promise<string> => {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let sizeBytes = 0; reader;) {
    const { done, value } = await reader.read()
    if (done) break
    sizeBytes += value.length
    if (sizeBytes > longestAnswerBytes) {
      await reader.cancel()
      throw new AnswerError(`The server answered with more than ${longestAnswerBytes} bytes; check the URL.`)
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}

const firstError = (envelope: unknown): { code: number; message: string; pointer: string | undefined } | undefined => {
  const errors: unknown = isFields(envelope) ? envelope['errors'] : undefined
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  if (!isFields(first) || typeof first['code'] !== 'number' || typeof first['message'] !== 'string') return undefined
  const source = first['source']
  const pointer = isFields(source) && typeof source['pointer'] === 'string' ? source['pointer'] : undefined
  return { code: first['code'], message: first['message'], pointer }
}

/** What is sent of a body, and how it is called. */
const contentOf = (body: Sending['body']): { body?: BodyInit; headers: Record<string, string> } => {
  if (body === undefined) return { headers: {} }
  if (body instanceof FormData) return { body, headers: {} }
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

/** Calls of one account at one server, in Cloudflare's envelope. */
export const createTransport = ({ url, accountId, token, fetch }: TransportOptions): Transport => {
  const root = `${url.replace(/\/+$/, '')}/client/v4/accounts/${encodeURIComponent(accountId)}`

  const unreachable = (cause: unknown, signal: AbortSignal | undefined): unknown =>
    signal?.aborted
      ? signal.reason
      : new ApiError(`${url} cannot be reached; check that the server runs there.`, { status: 0, code: 0, cause })

  const refusal = ({ status, headers }: Response, text: string): ApiError => {
    const { message, ...rest } = firstError(parse(text)) ?? {
      code: 0,
      message: `${url} answered ${status} without the envelope of this API; check the URL.`,
    }
    return new ApiError(message, { status, ...rest, retryAfterMs: retryAfterMs(headers) })
  }

  const ask = async (method: string, path: string, { body, headers, signal }: Sending): Promise<Response> => {
    const content = contentOf(body)
    const request = new Request(`${root}${path}`, {
      method,
      // A redirect would take the token elsewhere.
      redirect: 'error',
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...content.headers,
        ...headers,
      },
      ...(content.body === undefined ? {} : { body: content.body }),
      ...(signal === undefined ? {} : { signal }),
    })
    try {
      return await fetch(request)
    } catch (cause) {
      throw unreachable(cause, signal)
    }
  }

  const textOf = async (response: Response, signal: AbortSignal | undefined): Promise<string> => {
    try {
      return await readText(response)
    } catch (cause) {
      if (cause instanceof AnswerError) throw cause
      throw unreachable(cause, signal)
    }
  }

  return {
    async call(method, path, sending = {}) {
      const response = await ask(method, path, sending)
      const text = await textOf(response, sending.signal)
      const envelope = parse(text)
      if (response.ok && isFields(envelope) && envelope['success'] === true) return envelope['result']
      throw refusal(response, text)
    },
    async open(method, path, sending = {}) {
      const response = await ask(method, path, sending)
      if (response.ok) return response
      throw refusal(response, await textOf(response, sending.signal))
    },
  }
}
