import { addressOf } from './address.ts'
import { apiPlaces, type ApiCallName, type ApiCalls } from './api-types.ts'
import { readFeed, type FeedMessage, type FeedQuery } from './feed.ts'
import { fieldsOf, textOf } from './read.ts'
import { createTransport, type TransportOptions } from './transport.ts'

/** What a call is given: what stands in its path, its query, its JSON body or its form. */
export type CallInput<Name extends ApiCallName> = {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: ApiCalls[Name]['query']
  readonly body?: ApiCalls[Name]['body'] | FormData
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export type CallResult<Name extends ApiCallName> = ApiCalls[Name]['result']

/** An account of a server, as seen through its public API. Every call rejects with an `ApiError` when it is refused. */
export type Client = {
  /** Any call, by its name in the API's document. The type says what the document promises for it. */
  call<Name extends ApiCallName>(name: Name, input?: CallInput<Name>): Promise<CallResult<Name>>
  /** The same, answering the response of a success as it is, its body unread. */
  open(name: ApiCallName, input?: Pick<CallInput<ApiCallName>, 'path' | 'headers' | 'signal'>): Promise<Response>
  /** What happened to a delivery (`dlv_…`) or how an endpoint (`webhook_…`) fares: one paragraph. */
  explain(id: string): Promise<string>
  /** The feed of events over one connection, from a cursor on and then as they come, until the connection ends. */
  readFeed(query: FeedQuery): AsyncGenerator<FeedMessage>
}

const webhooks = '/images/v1/webhooks'

/** The client of our own API, for the command line and the dashboard; needs nothing but `fetch`. */
export const createClient = (options: TransportOptions): Client => {
  const transport = createTransport(options)
  return {
    async call<Name extends ApiCallName>(name: Name, { path, query, ...sending }: CallInput<Name> = {}) {
      const [method, place] = apiPlaces[name]
      const result = await transport.call(method, addressOf(place, path, { ...query }), sending)
      return result as CallResult<Name>
    },
    async open(name, { path, ...sending } = {}) {
      const [method, place] = apiPlaces[name]
      return transport.open(method, addressOf(place, path), sending)
    },
    async explain(id) {
      const name = encodeURIComponent(id)
      const path = id.startsWith('dlv_') ? `${webhooks}/deliveries/${name}/explain` : `${webhooks}/${name}/explain`
      return textOf(fieldsOf(await transport.call('GET', path), 'result'), 'explanation')
    },
    readFeed: (query) => readFeed(transport, query),
  }
}
