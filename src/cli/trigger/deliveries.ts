import type { MadeEvent } from './make-event.ts'
import type { Tampering } from './sign-event.ts'

/** One request that is to be sent: which event, for which time, and how it is forged, if it is. */
export type TriggerDelivery = {
  readonly event: MadeEvent
  readonly attempt: number
  readonly tampering: Tampering | undefined
}

export type DeliveryWish = {
  readonly count: number
  /** How often each is sent. */
  readonly copies: number
  readonly outOfOrder: boolean
  /** Empty for genuine ones. */
  readonly tamperings: readonly Tampering[]
  /** Makes the event at a place in time, 0 for the oldest. */
  readonly make: (place: number, tampering: Tampering | undefined) => MadeEvent
}

/** The deliveries in the order in which they are sent, each made when it is asked for. */
export function* deliveriesOf(wish: DeliveryWish): Generator<TriggerDelivery> {
  const forms = wish.tamperings.length === 0 ? [undefined] : wish.tamperings
  for (let at = 0; at < wish.count; at++) {
    const place = wish.outOfOrder ? wish.count - 1 - at : at
    for (const tampering of forms) {
      const event = wish.make(place, tampering)
      for (let attempt = 1; attempt <= wish.copies; attempt++) yield { event, attempt, tampering }
    }
  }
}
