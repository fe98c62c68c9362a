import { sampleEvent, type EventType } from '@imagehooks/receiver'
import type { Attempt, Delivery } from '../domain/delivery.ts'
import { deliveryId, parseDeliveryId } from '../domain/delivery.ts'
import { AppError } from '../domain/errors.ts'
import type { Event } from '../domain/event.ts'
import { newId } from '../domain/id.ts'
import type { Sealer } from '../config/secrets.ts'
import { listAttempts } from '../store/attempts.ts'
import type { Database } from '../store/database.ts'
import { forgetFailures } from '../store/endpoint-health.ts'
import { findDelivery, insertDelivery, replayDelivery } from '../store/deliveries.ts'
import { listDeliveries, type DeliveryFilter, type DeliveryPage } from '../store/delivery-list.ts'
import { findEndpoint, findLaneId, resumeSuspended, type StoredEndpoint } from '../store/endpoints.ts'
import { findEvent, insertEvent } from '../store/events.ts'
import { insertAttempts } from '../store/attempts.ts'
import { isSuccess } from './decide.ts'
import { makeAttempt, type AttemptParts } from './attempt.ts'
import { openEndpoint, type OpenedEndpoint } from './opened-endpoint.ts'
import { requestHeaders } from './request-headers.ts'

/** A delivery with all that is known of it. */
export type DeliveryDetail = {
  readonly delivery: Delivery
  readonly event: Event
  readonly attempts: readonly Attempt[]
  /** Where it goes, as it is now; undefined when it was removed. */
  readonly endpoint: StoredEndpoint | undefined
}

export type Deliveries = {
  listOfEndpoint(endpointId: string, filter: DeliveryFilter, page: PageRequest): Promise<DeliveryPage>
  listOfAccount(accountId: string, filter: DeliveryFilter, page: PageRequest): Promise<DeliveryPage>
  /** Refuses with `delivery_not_found`, also for a delivery of another account. */
  get(accountId: string, id: string): Promise<DeliveryDetail>
  /** Puts a delivery back to pending, due at once; `delivery_in_flight` while an attempt of it runs. */
  replay(accountId: string, id: string): Promise<DeliveryDetail>
  /**
   * The request that an attempt would make now, signed: for trying a receiver by hand. Without the headers that the
   * endpoint adds, which may hold credentials.
   */
  sign(accountId: string, id: string): Promise<SignedRequest>
  /** Sends a signed sample through the real path and waits for what comes of it. */
  test(
    accountId: string,
    endpointId: string,
    type: EventType,
  ): Promise<{ readonly id: string; readonly attempt: Attempt }>
}

/** A request of an attempt, as it would go over the wire. */
export type SignedRequest = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

type PageRequest = Parameters<typeof listDeliveries>[3]

export type DeliveriesParts = AttemptParts & {
  readonly database: Database
  readonly sealer: Sealer
  readonly giveUpAfterMs: number
  /** Whether this process is attempting a delivery right now. */
  readonly isInFlight: (eventId: string, endpointId: string) => boolean
  /** A variant URL for the sample of a test. */
  readonly sampleVariantUrl: (accountId: string, imageId: string) => Promise<string>
}

const testIdDigits = '0123456789abcdefghijklmnopqrstuv'

export const createDeliveries = (parts: DeliveriesParts): Deliveries => {
  const { database, clock, random } = parts

  const notFound = (): AppError => new AppError('delivery_not_found', 'No delivery has this id.')

  const get = async (accountId: string, id: string): Promise<DeliveryDetail> => {
    const ids = parseDeliveryId(id)
    const delivery = ids && (await findDelivery(database, ids.eventId, ids.endpointId))
    if (!delivery || delivery.accountId !== accountId) throw notFound()
    const event = await findEvent(database, delivery.eventId)
    if (!event) throw notFound()
    return {
      delivery,
      event,
      attempts: await listAttempts(database, delivery.eventId, delivery.endpointId),
      endpoint: await findEndpoint(database, delivery.endpointId),
    }
  }

  const makeTestEvent = async (accountId: string, type: EventType, now: number): Promise<Event> => {
    const suffix = Array.from(random.bytes(12), (byte) => testIdDigits[byte & 31]).join('')
    const imageId = `test_image_id_${suffix}`
    const at = new Date(now).toISOString()
    const sample = sampleEvent(type, {
      accountId,
      timestamp: at,
      image: { id: imageId, uploaded: at, variants: [await parts.sampleVariantUrl(accountId, imageId)] },
    })
    const body = Buffer.from(JSON.stringify(sample))
    const cause = parts.tracing?.current()
    return {
      id: newId('evt', now, random),
      accountId,
      type,
      imageId,
      createdAt: now,
      test: true,
      body,
      ...(cause !== undefined && { traceParent: cause }),
    }
  }

  const openForNow = async (endpointId: string): Promise<OpenedEndpoint> => {
    const opened = await openEndpoint(database, parts.sealer, endpointId, clock)
    if (opened === 'removed') throw new AppError('endpoint_not_found', 'No webhook endpoint has this id.')
    if (opened === 'unreadable')
      throw new AppError(
        'unavailable',
        'The secret of this endpoint cannot be opened with the master key; set a new one.',
      )
    return opened
  }

  return {
    get,
    async sign(accountId, id) {
      const { delivery, event } = await get(accountId, id)
      const { url, secrets } = await openForNow(delivery.endpointId)
      const [guideSecret] = secrets
      if (!guideSecret) throw new Error(`Endpoint ${delivery.endpointId} has no secret to sign with.`)
      const headers = requestHeaders({
        event,
        attemptNumber: delivery.attemptCount + 1,
        sentAt: clock.now(),
        secrets,
        guideSecret,
        userAgent: parts.userAgent,
        headers: {},
      })
      return { url: url.href, headers, body: event.body }
    },
    listOfEndpoint: (endpointId, filter, page) => listDeliveries(database, { endpointId }, filter, page),
    listOfAccount: (accountId, filter, page) => listDeliveries(database, { accountId }, filter, page),
    async replay(accountId, id) {
      const { delivery } = await get(accountId, id)
      if (delivery.state === 'canceled')
        throw new AppError(
          'bad_request',
          'The delivery was canceled because its endpoint was removed; it cannot be replayed.',
        )
      if (!(await findEndpoint(database, delivery.endpointId)))
        throw new AppError('bad_request', 'The endpoint of this delivery was removed; it cannot be replayed.')
      const inFlight = new AppError(
        'delivery_in_flight',
        'An attempt of this delivery runs at this moment; replay it when that has ended.',
      )
      if (parts.isInFlight(delivery.eventId, delivery.endpointId)) throw inFlight
      const now = clock.now()
      const outcome = await database.write([replayDelivery(delivery, now, now + parts.giveUpAfterMs)])
      if (!outcome.committed) throw inFlight
      database.notify({ topic: 'hurry', ids: [delivery.laneId] })
      return get(accountId, id)
    },
    async test(accountId, endpointId, type) {
      const now = clock.now()
      const opened = await openForNow(endpointId)
      const laneId = await findLaneId(database, endpointId)
      if (!laneId) throw new AppError('endpoint_not_found', 'No webhook endpoint has this id.')
      const event = await makeTestEvent(accountId, type, now)
      const { attempt, endedAt, abandoned } = await makeAttempt(parts, event, opened, 1, new AbortController().signal)
      if (abandoned) throw new AppError('unavailable', 'The server is stopping; test again in a moment.')
      const succeeded = isSuccess(attempt.status ?? undefined)
      const outcome = await database.write([
        insertEvent(event),
        insertDelivery({
          eventId: event.id,
          endpointId,
          accountId,
          laneId,
          tier: 0,
          state: succeeded ? 'succeeded' : 'dead',
          reason: succeeded ? null : 'failed_attempt',
          dueAt: now,
          giveUpAt: now,
          step: 0,
          attemptCount: 1,
          revision: 1,
          createdAt: now,
          finishedAt: endedAt,
        }),
        ...insertAttempts([attempt]),
        ...(succeeded ? [resumeSuspended(endpointId, endedAt)] : []),
        ...(succeeded && opened.endpoint.state === 'suspended' ? [forgetFailures(endpointId)] : []),
      ])
      if (!outcome.committed)
        throw new AppError('unavailable', 'The test was sent but could not be recorded; test again.')
      database.notify({ topic: 'endpoint', ids: [endpointId] })
      if (succeeded) database.notify({ topic: 'hurry', ids: [laneId] })
      return { id: deliveryId(event.id, endpointId), attempt }
    },
  }
}
