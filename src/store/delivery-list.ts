import { eventTypes, type EventType } from '@imagehooks/receiver'
import type { Delivery, DeliveryState } from '../domain/delivery.ts'
import { firstIdAt } from '../domain/id.ts'
import type { Database, Value } from './database.ts'
import { toDelivery } from './deliveries.ts'
import { text, word } from './row.ts'

/** A delivery with what its event is about. */
export type ListedDelivery = Delivery & { readonly type: EventType; readonly imageId: string }

export type DeliveryFilter = {
  readonly state?: DeliveryState | undefined
  readonly type?: EventType | undefined
  readonly imageId?: string | undefined
  /** Events from this instant on. */
  readonly since?: number | undefined
  /** Events before this instant. */
  readonly until?: number | undefined
}

export type DeliveryPage = {
  readonly deliveries: readonly ListedDelivery[]
  /** The key to go on from; undefined at the end. There may be more even when this page is empty. */
  readonly next: { readonly eventId: string; readonly endpointId: string } | undefined
}

/** One call looks at no more rows than this; what a filter leaves of them is the page. */
const scanLimit = 2000
const scanStep = 250

/** Sorts after every id of an event. */
const afterAllEvents = 'evt_~'

/**
 * A page of deliveries, newest first, of one endpoint or of a whole account. The list runs along the index of its scope,
 * an account's of one image along that of the image's events; other filters are applied to a bounded scan, so that a page costs the same at any depth.
 */
export const listDeliveries = async (
  database: Database,
  scope: { readonly endpointId: string } | { readonly accountId: string },
  filter: DeliveryFilter,
  page: {
    readonly limit: number
    readonly after?: { readonly eventId: string; readonly endpointId: string } | undefined
  },
): Promise<DeliveryPage> => {
  const [column, scopeId] =
    'endpointId' in scope ? (['endpoint_id', scope.endpointId] as const) : (['account_id', scope.accountId] as const)
  // One image has few events, and an index of its own leads to them. Events are bounded as their deliveries are: PostgreSQL
  // may go along both, and would begin with the newest event of all.
  const ofImage = 'accountId' in scope ? filter.imageId : undefined
  const sql = `select delivery.*, event.type, event.image_id
    from delivery join event on event.id = delivery.event_id
    where ${ofImage === undefined ? `delivery.${column}` : 'event.image_id = $6 and event.account_id'} = $1
    and (delivery.event_id, delivery.endpoint_id) < ($2, $3) and delivery.event_id >= $4
    and event.id <= $2 and event.id >= $4
    order by delivery.event_id desc, delivery.endpoint_id desc limit $5`
  const from = filter.since === undefined ? '' : firstIdAt('evt', filter.since)
  const start = filter.until === undefined ? afterAllEvents : firstIdAt('evt', filter.until)
  let after = page.after ?? { eventId: start, endpointId: '' }
  const found: ListedDelivery[] = []
  for (let scanned = 0; scanned < scanLimit; scanned += scanStep) {
    const place: Value[] = [scopeId, after.eventId, after.endpointId, from, scanStep]
    const parameters = ofImage === undefined ? place : [...place, ofImage]
    const rows = await database.read(sql, parameters)
    for (const row of rows) {
      const delivery = { ...toDelivery(row), type: word(row, 'type', eventTypes), imageId: text(row, 'image_id') }
      after = { eventId: delivery.eventId, endpointId: delivery.endpointId }
      if (!matches(delivery, filter)) continue
      found.push(delivery)
      if (found.length === page.limit) return { deliveries: found, next: after }
    }
    if (rows.length < scanStep) return { deliveries: found, next: undefined }
  }
  return { deliveries: found, next: after }
}

const matches = (delivery: ListedDelivery, filter: DeliveryFilter): boolean =>
  (filter.state === undefined || delivery.state === filter.state) &&
  (filter.type === undefined || delivery.type === filter.type) &&
  (filter.imageId === undefined || delivery.imageId === filter.imageId)
