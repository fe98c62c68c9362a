import { createSigningSecret, type SigningSecret } from '@imagehooks/receiver/sign'
import type { Clock } from '../domain/clock.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { Database } from '../store/database.ts'
import { findEndpoint, listSecrets } from '../store/endpoints.ts'
import type { Sealer } from '../config/secrets.ts'
import { openHeaders, openSecret } from './endpoint-seal.ts'

/** An endpoint ready to be sent to: its URL parsed, its secrets opened and their keys prepared. */
export type OpenedEndpoint = {
  readonly endpoint: Endpoint
  readonly url: URL
  /** Newest first; at least one. */
  readonly secrets: readonly SigningSecret[]
  /** When the read had come back, by the monotonic clock. */
  readonly readAt: number
}

/** `removed`: it no longer exists. `unreadable`: the master key that sealed its secrets is missing. */
export type EndpointLookup = OpenedEndpoint | 'removed' | 'unreadable'

export type OpenedEndpoints = {
  /** The endpoint as it was at most a second ago. */
  load(endpointId: string): Promise<EndpointLookup>
  /** Forgets what is known of these endpoints, so that the next load reads them. */
  forget(endpointIds: readonly string[]): void
}

/** How long an attempt may go by what was last read of its endpoint. */
export const endpointHoldsMs = 1000
/** Endpoints that are kept; each is small. */
const keptCount = 20_000

/** Reads one endpoint anew; nothing is cached. */
export const openEndpoint = async (
  database: Database,
  sealer: Sealer,
  endpointId: string,
  clock: Clock,
): Promise<EndpointLookup> => {
  const stored = await findEndpoint(database, endpointId)
  if (!stored) return 'removed'
  const headers = openHeaders(sealer, stored)
  const storedSecrets = await listSecrets(database, endpointId, clock.now())
  // An older secret that cannot be opened any more must not keep a newer one from signing.
  const secrets = storedSecrets.flatMap((secret) => openSecret(sealer, secret) ?? [])
  if (!headers || secrets.length === 0) return 'unreadable'
  return {
    endpoint: { ...stored, headers },
    url: new URL(stored.url),
    secrets: secrets.map(({ text }) => createSigningSecret(text)),
    readAt: clock.monotonic(),
  }
}

/** Opened endpoints with a memory of one second. */
export const createOpenedEndpoints = (database: Database, sealer: Sealer, clock: Clock): OpenedEndpoints => {
  const known = new Map<string, { readonly lookup: EndpointLookup; readonly at: number }>()
  let forgets = 0
  return {
    async load(endpointId) {
      const cached = known.get(endpointId)
      if (cached && clock.monotonic() - cached.at <= endpointHoldsMs) return cached.lookup
      const before = forgets
      const lookup = await openEndpoint(database, sealer, endpointId, clock)
      // An endpoint that changed while it was read may be the one before the change: whoever comes next reads again.
      if (forgets !== before) return lookup
      known.delete(endpointId)
      known.set(endpointId, { lookup, at: typeof lookup === 'string' ? clock.monotonic() : lookup.readAt })
      const [oldest] = known.keys()
      if (known.size > keptCount && oldest !== undefined) known.delete(oldest)
      return lookup
    },
    forget(endpointIds) {
      forgets += 1
      for (const id of endpointIds) known.delete(id)
    },
  }
}
