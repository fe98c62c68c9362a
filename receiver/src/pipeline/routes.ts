import type { Awaitable } from '../crypto/mac.ts'
import { isEventType, type WebhookEvent } from '../events/events.ts'
import type { DeliveryFacts, EventPattern, Handler, PatternMap } from './delivery.ts'

/** Runs one handler, if the event is one of those it was registered for. */
type Route<Env> = (event: WebhookEvent) => ((facts: DeliveryFacts<Env>) => Awaitable<void>) | undefined

const isOf = <Pattern extends EventPattern>(pattern: Pattern, event: WebhookEvent): event is PatternMap[Pattern] =>
  pattern === 'image.*' || pattern === event.event

/** Which handlers get which event, in the order of registration. */
export const createRoutes = <Env>() => {
  const routes: Route<Env>[] = []
  let isFrozen = false
  return {
    /** Throws a TypeError for a pattern that can never match, and an Error after `freeze`. */
    add<Pattern extends EventPattern>(pattern: Pattern, handlers: readonly Handler<PatternMap[Pattern], Env>[]): void {
      if (isFrozen) throw new Error(`on('${pattern}') came after the first delivery: register every handler before.`)
      if (pattern !== 'image.*' && !isEventType(pattern))
        throw new TypeError(`on('${String(pattern)}'): no such event type.`)
      for (const handler of handlers) {
        routes.push((event) => (isOf(pattern, event) ? (facts) => handler({ ...facts, event }) : undefined))
      }
    },
    /** Ends registration. */
    freeze(): void {
      isFrozen = true
    },
    /** What is to run for an event; empty when nobody asked for it. */
    match: (event: WebhookEvent) => routes.flatMap((route) => route(event) ?? []),
  }
}
