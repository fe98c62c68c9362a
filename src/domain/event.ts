import type { EventType } from '@imagehooks/receiver'

/** One immutable fact, with the bytes that are sent for it. */
export type Event = {
  readonly id: string
  readonly accountId: string
  readonly type: EventType
  readonly imageId: string
  /** The event's own time: strictly increasing per image. */
  readonly createdAt: number
  /** A sample sent by a Test: kept out of the feed. */
  readonly test: boolean
  /** The W3C `traceparent` of the request that caused it; absent where nothing is traced. */
  readonly traceParent?: string
  /** Serialised once; signed and sent as it is on every attempt. */
  readonly body: Uint8Array
}
