/** @module A handler of AWS Lambda behind API Gateway (REST and HTTP APIs), a function URL or a load balancer. */
import { answerBy, type Receive, readBefore, withoutBody } from './adapters/receive.ts'
import type { Bytes } from './crypto/mac.ts'
import { latin1, utf8 } from './crypto/text.ts'

export type { Receive } from './adapters/receive.ts'

type LambdaHeaders = { readonly [name: string]: string | undefined }

/** What is needed of an event: format 1.0 (REST APIs, load balancers) or 2.0 (HTTP APIs, function URLs). */
export type LambdaEvent = {
  /** Format 2.0. */
  readonly version?: string
  readonly rawPath?: string
  readonly requestContext?: {
    readonly http?: { readonly method: string }
    readonly stage?: string
    readonly elb?: unknown
  }
  /** Format 1.0. */
  readonly httpMethod?: string
  readonly path?: string
  readonly multiValueHeaders?: { readonly [name: string]: readonly string[] | undefined } | null
  /** Both. */
  readonly headers?: LambdaHeaders | null
  readonly body?: unknown
  readonly isBase64Encoded?: boolean
}

/** What every one of these gateways takes for an answer. */
export type LambdaResult = { statusCode: number; headers: Record<string, string>; body: string; isBase64Encoded: false }

const fix =
  'Let no middleware (such as http-json-body-parser) run before the receiver, and use the Lambda proxy integration.'

const headersOf = ({ headers, multiValueHeaders }: LambdaEvent): Headers => {
  const all = new Headers()
  for (const [name, values] of Object.entries(multiValueHeaders ?? headers ?? {})) {
    for (const value of [values ?? []].flat()) all.append(name, value)
  }
  return all
}

/** The bytes of a body; undefined where it is no text any more. */
const bytesOf = ({ body, isBase64Encoded }: LambdaEvent): Bytes | undefined => {
  if (body === undefined || body === null) return new Uint8Array(0)
  if (typeof body !== 'string') return undefined
  return isBase64Encoded ? latin1(atob(body)) : utf8(body)
}

const toRequest = (event: LambdaEvent): Request => {
  const method = event.requestContext?.http?.method ?? event.httpMethod
  // A custom integration hands over the parsed body as the event itself.
  if (!method) throw new TypeError(readBefore(fix))
  const path = event.rawPath ?? event.path ?? '/'
  const url = `https://localhost${path.startsWith('/') ? path : '/'}`
  const headers = headersOf(event)
  if (method !== 'POST') return new Request(url, { method: method === 'TRACE' ? 'GET' : method, headers })
  const bytes = bytesOf(event)
  return bytes
    ? new Request(url, { method, headers, body: bytes })
    : withoutBody(new Request(url, { method, headers }), fix)
}

/**
 * `export const handler = lambdaHandler(receiver)`. A gateway may hand a body over as text, in which bytes that
 * are not UTF-8 have become U+FFFD. No event holds such bytes, and a body is believed only as it then reads and if that
 * was signed. Rejects with a TypeError for an event that is no HTTP request.
 */
export const lambdaHandler = <Event extends LambdaEvent = LambdaEvent>(
  receive: Receive<Event>,
): ((event: Event) => Promise<LambdaResult>) => {
  const answer = answerBy(receive)
  return async (event) => {
    const response = await answer(toRequest(event), event)
    const { status: statusCode, headers } = response
    return { statusCode, headers: Object.fromEntries(headers), body: await response.text(), isBase64Encoded: false }
  }
}
