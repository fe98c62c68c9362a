import type { EventType } from '@imagehooks/receiver'
import type { CallResult, Client } from '../../../client/client.ts'
import type { Clock } from '../../../domain/clock.ts'

/** What `/health/…` answered: each check by name; undefined where it did not answer as a server does. */
export type Health = Readonly<Record<string, string>> | undefined

/** One endpoint, how it fared in the last 24 hours, and, where that is not well, the paragraph about it. */
export type EndpointState = {
  readonly endpoint: CallResult<'getImagesV1Webhooks'>['webhooks'][number]
  readonly totals: CallResult<'getImagesV1WebhooksIdStats'>['totals']
  readonly explanation: string | undefined
}

/** All that is known of a server after it was asked. */
export type ServerFacts = {
  readonly server: URL
  /** Event types that somebody must get. */
  readonly wanted: readonly EventType[]
  readonly ready: Health
  readonly worker: Health
  readonly endpoints: readonly EndpointState[]
  readonly attention: CallResult<'getImagesV1WebhooksStats'>['attention']
  readonly secrets: CallResult<'getImagesV1WebhooksSecrets'>['secrets']
  readonly sender: CallResult<'getImagesV1WebhooksSender'>
  /** Its clock before ours, and how exactly that is known. */
  readonly skew: { readonly ms: number; readonly withinMs: number }
}

export type ServerFactsParts = {
  readonly server: URL
  readonly wanted: readonly EventType[]
  readonly client: Pick<Client, 'call' | 'explain'>
  readonly fetch: (request: Request) => Promise<Response>
  readonly clock: Clock
  /** Told before each question. */
  readonly tell: (words: string) => void
}

const checksIn = (value: unknown): Health => {
  if (typeof value !== 'object' || value === null || !('checks' in value)) return undefined
  const { checks } = value
  if (typeof checks !== 'object' || checks === null) return undefined
  return Object.fromEntries(Object.entries(checks).map(([name, said]) => [name, String(said)]))
}

const healthOf = async ({ server, fetch }: ServerFactsParts, name: string): Promise<Health> => {
  try {
    const url = `${server.href.replace(/\/+$/, '')}/health/${name}`
    return checksIn(await (await fetch(new Request(url, { redirect: 'error' }))).json())
  } catch {
    // A proxy that hides it is no fault of the server, and is told as what was not looked at.
    return undefined
  }
}

const hasTrouble = ({ endpoint, totals }: Omit<EndpointState, 'explanation'>): boolean =>
  endpoint.state !== 'active' || endpoint.failing_since !== null || totals.attempts_failed > 0

const stateOf = async ({ client }: ServerFactsParts, endpoint: EndpointState['endpoint']): Promise<EndpointState> => {
  const place = { path: { id: endpoint.id }, query: { window: '24h' } } as const
  const { totals } = await client.call('getImagesV1WebhooksIdStats', place)
  const explanation = hasTrouble({ endpoint, totals }) ? await client.explain(endpoint.id) : undefined
  return { endpoint, totals, explanation }
}

/** Asks a server through its API. Rejects with an ApiError where it refuses or cannot be reached. */
export const readServerFacts = async (parts: ServerFactsParts): Promise<ServerFacts> => {
  const { server, wanted, client, clock, tell } = parts
  tell('the server')
  const sentAt = clock.now()
  const sender = await client.call('getImagesV1WebhooksSender')
  const withinMs = (clock.now() - sentAt) / 2
  const skew = { ms: Date.parse(sender.now) - (sentAt + withinMs), withinMs }
  const { webhooks } = await client.call('getImagesV1Webhooks')
  const endpoints: EndpointState[] = []
  for (const endpoint of webhooks) {
    tell(`endpoint ${endpoints.length + 1} of ${webhooks.length}`)
    endpoints.push(await stateOf(parts, endpoint))
  }
  tell('secrets and health')
  const { secrets } = await client.call('getImagesV1WebhooksSecrets')
  const { attention } = await client.call('getImagesV1WebhooksStats', { query: { window: '24h' } })
  const ready = await healthOf(parts, 'ready')
  const worker = await healthOf(parts, 'worker')
  return { server, wanted, ready, worker, endpoints, attention, secrets, sender, skew }
}
