import type { Client } from '../../../client/client.ts'
import type { Clock } from '../../../domain/clock.ts'
import { type DeliveriesPage, type Delivery, type DeliveryFilter, readDeliveries } from './list.ts'

/** Deliveries that are remembered, so that a change is told from what was told before. */
const mostKnown = 5000
/** Of pending ones that lie further back, how many are asked for at each look. */
const mostAsked = 10
/** Pages that are read back at each look, at most: a burst beyond that is told as such. */
const mostPages = 20
const pageSize = 200

/** What a look found: deliveries that are new or have changed, oldest first; `skipped` where there were too many. */
export type Look = { readonly changed: readonly Delivery[]; readonly skipped: boolean }

export type DeliveryWatch = { look(): Promise<Look> }

type WatchParts = { readonly client: Client; readonly clock: Clock; readonly filter: DeliveryFilter }

const hasChanged = (before: Delivery | undefined, { state, attempt_count: count }: Delivery): boolean =>
  before?.state !== state || before.attempt_count !== count

/**
 * Watches deliveries from now on: each look answers what has changed since the look before; the first answers nothing.
 * Costs one indexed page, and a few questions about older ones whose next attempt is due.
 */
export const watchDeliveries = ({ client, clock, filter }: WatchParts): DeliveryWatch => {
  // A delivery leaves its state, so a filter by state would hide the change that is looked for.
  const { state, ...others } = filter
  /** The last told last. */
  const known = new Map<string, Delivery>()
  let isFirst = true

  const learn = (delivery: Delivery): void => {
    known.delete(delivery.id)
    known.set(delivery.id, delivery)
    const [oldest] = known.keys()
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest)
  }

  /** The newest, back to those that are known. */
  const readBack = async (): Promise<{ deliveries: Delivery[]; skipped: boolean }> => {
    const deliveries: Delivery[] = []
    let token: string | null = ''
    for (let pages = 0; pages < mostPages; pages++) {
      const rest = { per_page: String(pageSize), ...(token !== '' && { continuation_token: token }) }
      const page: DeliveriesPage = await readDeliveries(client, others, rest)
      deliveries.push(...page.deliveries)
      token = page.continuation_token
      if (token === null || isFirst || page.deliveries.some(({ id }) => known.has(id)))
        return { deliveries, skipped: false }
    }
    return { deliveries, skipped: true }
  }

  /** Those further back whose next attempt should have been made by now. */
  const readOlder = (read: readonly Delivery[]): Promise<Delivery[]> => {
    const now = clock.now()
    const ids = new Set(read.map(({ id }) => id))
    const isDue = ({ id, next_attempt_at: at }: Delivery): boolean =>
      !ids.has(id) && at !== null && Date.parse(at) <= now
    const due = [...known.values()].filter(isDue).slice(0, mostAsked)
    return Promise.all(due.map(({ id }) => client.call('getImagesV1WebhooksDeliveriesId', { path: { id } })))
  }

  return {
    async look() {
      const { deliveries, skipped } = await readBack()
      const all = [...deliveries, ...(await readOlder(deliveries))].toReversed()
      const changed = all.filter((delivery) => hasChanged(known.get(delivery.id), delivery))
      for (const delivery of changed) learn(delivery)
      const wasFirst = isFirst
      isFirst = false
      return { changed: wasFirst ? [] : changed.filter((delivery) => !state || delivery.state === state), skipped }
    },
  }
}
