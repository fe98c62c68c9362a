import type { Endpoint } from '../domain/endpoint.ts'
import type { Unit } from '../store/database.ts'
import { recordFailure, recordSuccess } from '../store/endpoint-health.ts'

/** What a worker knows of the health of the endpoints it sends to, so that only changes of it are written. */
export type HealthBook = {
  /** Takes down a success; answers what has to be written, mostly nothing. */
  succeeded(endpoint: Endpoint, at: number): Unit
  /** Takes down a failure; answers what has to be written, and since when the endpoint is failing. */
  failed(endpoint: Endpoint, at: number): { readonly unit: Unit; readonly failingSince: number }
  /** Whether this is asked for the first time since the endpoint is failing. */
  firstWarning(endpoint: Endpoint): boolean
  /** Forgets what is known, because others may write of these endpoints, or a writing failed. */
  forget(endpointIds: Iterable<string>): void
}

type Known = {
  /** Of the endpoint; with a new one everything may be different. */
  readonly revision: number
  failingSince: number | null
  succeededAt: number
  warned: boolean
}

/** Endpoints that are kept; of those beyond, the next attempt is written down once more. */
const keptCount = 20_000

export const createHealthBook = (): HealthBook => {
  const book = new Map<string, Known>()

  const knownOf = ({ id, revision }: Endpoint): Known | undefined => {
    const known = book.get(id)
    return known?.revision === revision ? known : undefined
  }

  const learn = ({ id, revision }: Endpoint, learnt: Omit<Known, 'revision' | 'warned'>): void => {
    book.delete(id)
    book.set(id, { revision, warned: false, ...learnt })
    const [oldest] = book.keys()
    if (book.size > keptCount && oldest !== undefined) book.delete(oldest)
  }

  return {
    succeeded(endpoint, at) {
      const known = knownOf(endpoint)
      if (known?.failingSince === null) {
        known.succeededAt = Math.max(known.succeededAt, at)
        return []
      }
      // An attempt that ended before the failing began says nothing about it.
      if (known && known.failingSince !== null && known.failingSince > at) return []
      learn(endpoint, { failingSince: null, succeededAt: at })
      return [recordSuccess(endpoint.id, at)]
    },
    failed(endpoint, at) {
      const known = knownOf(endpoint)
      if (known && known.failingSince !== null) return { unit: [], failingSince: known.failingSince }
      if (known && at <= known.succeededAt) return { unit: [], failingSince: at }
      const failingSince = (known ? undefined : endpoint.failingSince) ?? at
      learn(endpoint, { failingSince, succeededAt: known?.succeededAt ?? 0 })
      return { unit: [recordFailure(endpoint.id, at)], failingSince }
    },
    firstWarning(endpoint) {
      const known = knownOf(endpoint)
      if (!known || known.warned) return false
      known.warned = true
      return true
    },
    forget(endpointIds) {
      for (const id of endpointIds) book.delete(id)
    },
  }
}
