import { isEventType, type WebhookEvent } from '../events/events.ts'
import type { DeliveryFacts, EventPattern, Handler, PatternMap, UnknownHandler } from './delivery.ts'
import type { Outcome } from './outcome.ts'
import type { Payload } from './understand.ts'

/** A handler that has its payload and wants the rest of the delivery. */
export type Step<Env> = (facts: DeliveryFacts<Env>) => unknown

/** The step of one registered handler, if the event is one of those it was registered for. */
type Route<Env> = (event: WebhookEvent) => Step<Env> | undefined

const isOf = <Pattern extends EventPattern>(pattern: Pattern, event: WebhookEvent): event is PatternMap[Pattern] =>
  pattern === 'image.*' || pattern === event.event

/** Which handlers get which payload, in the order of registration. What is no choice of `unknown` counts as `error`. */
export const createRoutes = <Env>(unknown: 'ignore' | 'error' | UnknownHandler<Env>) => {
  const routes: Route<Env>[] = []
  let isFrozen = false
  return {
    /** Throws a TypeError for a pattern that can never match and for what is no handler, an Error after `freeze`. */
    add<Pattern extends EventPattern>(pattern: Pattern, handlers: readonly Handler<PatternMap[Pattern], Env>[]): void {
      if (isFrozen) throw new Error(`on('${pattern}') after the first delivery.`)
      if (pattern !== 'image.*' && !isEventType(pattern)) throw new TypeError(`on('${pattern}'): no such event type.`)
      for (const handler of handlers) {
        routes.push((event) => (isOf(pattern, event) ? (facts) => handler({ ...facts, event }) : undefined))
      }
    },
    /** What is to run for a payload, or how the request ends when nothing is. Ends registration. */
    match({ event, type, value }: Payload): Step<Env>[] | Outcome {
      isFrozen = true
      const steps = event ? routes.flatMap((route) => route(event) ?? []) : []
      if (!event && typeof unknown === 'function') steps.push((facts) => unknown({ ...facts, type, value }))
      else if (!event && unknown !== 'ignore') return { code: 'event_unknown' }
      return steps.length > 0 ? steps : { code: 'ignored' }
    },
  }
}
