/** `pending` → `succeeded` | `dead` | `canceled`; `dead` and `succeeded` → `pending` by replay. */
export type DeliveryState = 'pending' | 'succeeded' | 'dead' | 'canceled'

/**
 * Which queue of its lane a delivery waits in: 0 first attempts, 1 retries, 2 replays; 3 those that go out in the order of
 * the feed, first attempts and retries alike.
 */
export type Tier = 0 | 1 | 2 | 3

export const tiers = [0, 1, 2, 3] as const satisfies readonly Tier[]

/** Why a delivery stands where it stands; `explain` makes sentences of these words. */
export type DeliveryReason =
  | 'failed_attempt'
  | 'retry_after'
  | 'schedule_exhausted'
  | 'deadline_passed'
  | 'never_attempted'
  | 'endpoint_gone'
  | 'endpoint_disabled'
  | 'receiver_aborted'
  | 'endpoint_removed'
  | 'replayed'

/** One event on its way to one endpoint. */
export type Delivery = {
  readonly eventId: string
  readonly endpointId: string
  readonly accountId: string
  readonly laneId: string
  readonly tier: Tier
  readonly state: DeliveryState
  readonly reason: DeliveryReason | null
  /** When the next attempt may start; of a finished delivery, when the last one might have. */
  readonly dueAt: number
  /** Nothing is tried later than this. */
  readonly giveUpAt: number
  /** How many delays of the retry schedule are used up; starts again at a replay. */
  readonly step: number
  /** Attempts made in all, replays included. */
  readonly attemptCount: number
  /** Goes up with every change, so that a late failure cannot undo a replay. */
  readonly revision: number
  readonly createdAt: number
  readonly finishedAt: number | null
}

/** The name of a delivery: made of the two ids it joins, so it needs no column of its own and sorts by time. */
export const deliveryId = (eventId: string, endpointId: string): string =>
  `dlv_${eventId.slice('evt_'.length)}_${endpointId.slice('webhook_'.length)}`

/** The two ids that a delivery's name is made of; undefined when it is not such a name. */
export const parseDeliveryId = (id: string): { eventId: string; endpointId: string } | undefined => {
  const match = /^dlv_([0-9a-z]+)_([0-9a-z]+)$/.exec(id)
  if (!match) return undefined
  return { eventId: `evt_${match[1]}`, endpointId: `webhook_${match[2]}` }
}

/** One HTTP request of a delivery, with its result; immutable. */
export type Attempt = {
  readonly id: string
  readonly eventId: string
  readonly endpointId: string
  readonly number: number
  readonly startedAt: number
  readonly url: string
  /** The address that was connected to, or null when none was. */
  readonly address: string | null
  readonly status: number | null
  /** What went wrong, as a word and a sentence; null when a status arrived in time. */
  readonly error: { readonly kind: string; readonly message: string } | null
  readonly durationMs: number
  readonly timings: {
    readonly dnsMs: number | null
    readonly connectMs: number | null
    readonly ttfbMs: number | null
    readonly totalMs: number
  }
  /** Without secrets. */
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly responseHeaders: readonly (readonly [string, string])[]
  /** At most 16 KiB. */
  readonly responseBody: Uint8Array
}
