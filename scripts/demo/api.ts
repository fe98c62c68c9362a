import { at, list, number, text } from './json.ts'
import type { Tenant } from './server-process.ts'

/** What of an uploaded image matters here. */
export type UploadedImage = { readonly id: string; readonly filename: string }

/** One HTTP request of a delivery, as the server's log has it. */
export type LoggedAttempt = {
  readonly number: number
  /** Null where no answer came; then `error` says why. */
  readonly status: number | null
  readonly error: string | null
  readonly durationMs: number
  /** When it ended. */
  readonly endedAt: number
}

/** The delivery of one image's event, with every attempt so far. */
export type LoggedDelivery = {
  readonly eventId: string
  readonly state: string
  readonly createdAt: number
  readonly attempts: readonly LoggedAttempt[]
}

/** The server understood the call and said no; the message is its own sentence, with its number. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

const toImage = (value: unknown): UploadedImage => ({
  id: text(at(value, 'id')),
  filename: text(at(value, 'filename')),
})

const toAttempt = (value: unknown): LoggedAttempt => {
  const [status, error] = [at(value, 'status'), at(value, 'error')]
  const durationMs = number(at(value, 'duration_ms'))
  return {
    number: number(at(value, 'number')),
    status: typeof status === 'number' ? status : null,
    error: error === null ? null : text(at(error, 'message') ?? error),
    durationMs,
    endedAt: Date.parse(text(at(value, 'started'))) + durationMs,
  }
}

/** The few calls the demo makes, with plain `fetch`. A refused call rejects with a Refusal. */
export type Api = {
  upload(bytes: Blob, filename: string, meta?: Record<string, string>): Promise<UploadedImage>
  find(imageId: string): Promise<UploadedImage>
  blob(imageId: string): Promise<Uint8Array>
  /** The guide's PUT; answers the endpoint's id. */
  register(url: string, secret: string): Promise<string>
  /** Adds one more endpoint; answers its id. */
  addEndpoint(url: string, secret: string): Promise<string>
  /** What is known of the delivery of an image's event to an endpoint; undefined where there is none. */
  findDelivery(endpointId: string, imageId: string): Promise<LoggedDelivery | undefined>
}

/** The API of a server, for one tenant. */
export const connect = (serverUrl: string, { accountId, apiToken }: Tenant): Api => {
  const base = `${serverUrl}/client/v4/accounts/${accountId}/images/v1`
  const send = (path: string, request: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${apiToken}`)
    return fetch(`${base}${path}`, { ...request, headers })
  }
  const call = async (path: string, request?: RequestInit): Promise<unknown> => {
    const response = await send(path, request)
    const envelope: unknown = await response.json()
    const [problem] = list(at(envelope, 'errors'))
    if (problem !== undefined)
      throw new Refusal(`${text(at(problem, 'message'))} (${number(at(problem, 'code'))}, HTTP ${response.status})`)
    return at(envelope, 'result')
  }
  const sendEndpoint = async (method: 'PUT' | 'POST', url: string, secret: string): Promise<string> => {
    const body = JSON.stringify({ url, events: ['image.uploaded'], secret })
    return text(at(await call('/webhooks', { method, headers: { 'content-type': 'application/json' }, body }), 'id'))
  }
  return {
    async upload(bytes, filename, meta) {
      const form = new FormData()
      if (meta) form.append('metadata', JSON.stringify(meta))
      form.append('file', bytes, filename)
      return toImage(await call('', { method: 'POST', body: form }))
    },
    find: async (imageId) => toImage(await call(`/${imageId}`)),
    async blob(imageId) {
      const response = await send(`/${imageId}/blob`)
      if (!response.ok) throw new Refusal(`The blob of ${imageId} was answered with HTTP ${response.status}.`)
      return response.bytes()
    },
    register: (url, secret) => sendEndpoint('PUT', url, secret),
    addEndpoint: (url, secret) => sendEndpoint('POST', url, secret),
    async findDelivery(endpointId, imageId) {
      const query = new URLSearchParams({ image_id: imageId, per_page: '1' })
      const [listed] = list(at(await call(`/webhooks/${endpointId}/deliveries?${query}`), 'deliveries'))
      if (listed === undefined) return undefined
      const delivery = await call(`/webhooks/deliveries/${text(at(listed, 'id'))}`)
      return {
        eventId: text(at(delivery, 'event_id')),
        state: text(at(delivery, 'state')),
        createdAt: Date.parse(text(at(delivery, 'created'))),
        attempts: list(at(delivery, 'attempts'))
          .map(toAttempt)
          .toSorted((one, other) => one.number - other.number),
      }
    },
  }
}
