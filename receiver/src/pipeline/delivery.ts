import type { Bytes } from '../crypto/mac.ts'
import type { EventMap, JsonObject, WebhookEvent } from '../events/events.ts'
import type { Proof } from '../schemes/verifier.ts'

/** The third argument of a Worker's fetch, as far as a handler wants it. */
export type WorkerContext = { waitUntil(promise: Promise<unknown>): void }

/** What every verified delivery says about itself. */
export type DeliveryFacts<Env> = Proof & {
  /** Identifies the event, made of signed fields only: the same for every attempt. Use it as an idempotency key. */
  key: string
  /** Which attempt this is, from 1, as the sender says. Not signed: for logs. */
  attempt: number | undefined
  /** When it arrived, in milliseconds since 1970. */
  receivedAt: number
  /** The bytes of the body, as they were signed. */
  body: Bytes
  env: Env
  context: WorkerContext | undefined
}

/** A verified, valid event that this receiver has claimed. Handlers get nothing else. */
export type Delivery<Event extends WebhookEvent = WebhookEvent, Env = void> = DeliveryFacts<Env> & { event: Event }

/** A verified body that is no event this version knows. `type` is undefined where it has no `event`. */
export type UnknownDelivery<Env = void> = DeliveryFacts<Env> & { type: string | undefined; value: JsonObject }

/**
 * Handles one event. A promise that it answers is awaited. What it throws or rejects with makes the sender try again,
 * so it must be safe to repeat.
 */
export type Handler<Event extends WebhookEvent = WebhookEvent, Env = void> = (delivery: Delivery<Event, Env>) => unknown

/** Handles what is no known event. */
export type UnknownHandler<Env = void> = (delivery: UnknownDelivery<Env>) => unknown

/** The event that each pattern stands for. */
export type PatternMap = EventMap & { 'image.*': WebhookEvent }

/** An event type, or `image.*` for every known one. */
export type EventPattern = keyof PatternMap
