import { fieldsOf, textOf } from './read.ts'
import { createTransport, type TransportOptions } from './transport.ts'

/** An account of a server, as seen through its public API. Every call rejects with an `ApiError` when it is refused. */
export type Client = {
  /** What happened to a delivery (`dlv_…`) or how an endpoint (`webhook_…`) fares: one paragraph. */
  explain(id: string): Promise<string>
}

const webhooks = '/images/v1/webhooks'

/** The client of our own API, for the command line and the dashboard; needs nothing but `fetch`. */
export const createClient = (options: TransportOptions): Client => {
  const call = createTransport(options)
  return {
    async explain(id) {
      const name = encodeURIComponent(id)
      const path = id.startsWith('dlv_') ? `${webhooks}/deliveries/${name}/explain` : `${webhooks}/${name}/explain`
      return textOf(fieldsOf(await call('GET', path), 'result'), 'explanation')
    },
  }
}
