import {
  type AuditRecord,
  createReceiver,
  type Delivery,
  type Inbox,
  memoryInbox,
  type ReceiverOptions,
} from '../src/index.ts'
import { secret, start } from './deliver.ts'

/** A receiver at `start` without handlers, what its audit hook heard, and a handler that keeps what it got. */
export const receiving = (options: Partial<ReceiverOptions> = {}) => {
  const records: AuditRecord[] = []
  const handled: Delivery[] = []
  const receiver = createReceiver({
    secrets: secret,
    inbox: memoryInbox(),
    unknown: 'ignore',
    now: () => start,
    audit: (record) => void records.push(record),
    ...options,
  })
  return { ...receiver, records, handled, handle: (delivery: Delivery) => void handled.push(delivery) }
}

/** Does not answer. */
export const down = () => Promise.reject(new Error('down'))

/** A memory inbox of which a part does not work. */
export const broken = (part: Partial<Inbox>): Inbox => ({ ...memoryInbox(), ...part })

/** The code that a response says. */
export const code = async (response: Response): Promise<unknown> => JSON.parse(await response.text()).code

/** A POST whose body is a stream, unsigned unless the headers sign it. */
export const streamed = (body: ReadableStream<Uint8Array>, headers: Record<string, string> = {}): Request => {
  // A streamed body needs `duplex`, which the type of a request's options does not know.
  const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body, duplex: 'half' }
  return new Request('https://receiver.example/', options)
}

/** What a new receiver makes of one request. */
export const answer = async (request: Request, options?: Partial<ReceiverOptions>) => {
  const { fetch, on, handle, handled } = receiving(options)
  on('image.*', handle)
  const response = await fetch(request)
  return { response, status: response.status, code: await code(response.clone()), handled }
}
