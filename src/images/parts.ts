import type { BlobStore } from '../blobs/blob-store.ts'
import type { Account } from '../domain/account.ts'
import type { Sealer } from '../config/secrets.ts'
import type { Clock } from '../domain/clock.ts'
import type { Event } from '../domain/event.ts'
import { newId } from '../domain/id.ts'
import type { ImageRecord } from '../domain/image.ts'
import type { Random } from '../domain/random.ts'
import { variantUrl } from '../domain/variant.ts'
import type { GuardedClient } from '../net/guarded-client.ts'
import type { RenderQueue } from '../pixels/render-queue.ts'
import type { Database, Unit } from '../store/database.ts'
import { appendEvent, expectNoEventFrom, latestEventAt } from '../store/events.ts'
import { listVariants } from '../store/variants.ts'
import type { Log } from '../telemetry/log.ts'
import { eventBody, type EventFacts } from './event-body.ts'

/** What the room of images is made of. */
export type ImagesParts = {
  readonly database: Database
  readonly blobs: BlobStore
  /** Forgets all renditions of a blob. */
  readonly removeRenditions: (blobKey: string) => Promise<void>
  /** Where images are probed. */
  readonly renderQueue: RenderQueue
  /** Where uploads by `url` wait their turn to be fetched. */
  readonly importQueue: RenderQueue
  /** Fetches them. */
  readonly client: GuardedClient
  /** How it calls itself. */
  readonly userAgent: string
  /** Seals answers that are remembered. */
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** The server's own address, without a slash at its end; known once it listens. */
  readonly publicUrl: () => string
  /** How long a webhook is tried, in milliseconds. */
  readonly deliveryLifetimeMs: number
  /** The `traceparent` of the request that is worked on; default: nothing is traced. */
  readonly traceParent?: () => string | undefined
}

/** An image with its variant URLs: what the API shows. */
export type ShownImage = {
  readonly image: ImageRecord
  readonly variants: readonly string[]
  /** True until the bytes have arrived. */
  readonly draft?: boolean
}

/** The URLs of an account's images, one for each variant, by its name. */
export const variantUrlsOf = async (
  { database, publicUrl }: ImagesParts,
  account: Account,
): Promise<(imageId: string) => readonly string[]> => {
  const variants = await listVariants(database, account.id)
  return (imageId) => variants.map(({ id }) => variantUrl(publicUrl(), account.hash, imageId, id))
}

/** A time for an image's next event, after one that was taken: now, or just after its latest. */
export const nextEventAt = async ({ database, clock }: ImagesParts, { accountId, id }: ImageRecord): Promise<number> =>
  Math.max(clock.now(), ((await latestEventAt(database, accountId, id)) ?? 0) + 1)

/**
 * The statements that append an event of an image with its deliveries. They do not hold when the image has an event of
 * that time or later: an image's times strictly increase. `unchangedSince`: nor when it has one from then on, so that
 * whoever has read an image and its latest event changes exactly what was read.
 */
export const announce = (
  { random, deliveryLifetimeMs, traceParent }: ImagesParts,
  facts: EventFacts,
  unchangedSince = facts.at,
): Unit => {
  const { type, at, image } = facts
  const cause = traceParent?.()
  const event: Event = {
    id: newId('evt', at, random),
    accountId: image.accountId,
    type,
    imageId: image.id,
    createdAt: at,
    test: false,
    body: eventBody(facts),
    ...(cause !== undefined && { traceParent: cause }),
  }
  return [expectNoEventFrom(image.accountId, image.id, unchangedSince), ...appendEvent(event, at + deliveryLifetimeMs)]
}
