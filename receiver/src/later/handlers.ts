import type { DeliveryFacts, EventPattern, Handler, PatternMap, UnknownHandler } from '../pipeline/delivery.ts'
import { Refusal } from '../pipeline/refusal.ts'
import { createRoutes } from '../pipeline/routes.ts'
import { classify } from '../pipeline/understand.ts'

/** How a set of handlers is made. */
export type HandlersOptions<Env> = {
  /** What to do with an event of a type this version does not know, as for a receiver. */
  unknown: 'ignore' | 'error' | UnknownHandler<Env>
}

/** Handlers by event type, apart from any receiver: at once or later, they are the same. */
export type Handlers<Env = void> = {
  /** Registers handlers as a receiver's `on` does. Throws after the first delivery. */
  on<Pattern extends EventPattern>(pattern: Pattern, ...handlers: Handler<PatternMap[Pattern], Env>[]): Handlers<Env>
  /**
   * Runs those that want a verified delivery, one after another. To handle at once, register this with a receiver for
   * `image.*`. Rejects with what one of them throws, and with a `Refusal` for an unknown type that is an error.
   */
  handle(delivery: DeliveryFacts<Env>): Promise<void>
}

/** Makes an empty set of handlers. */
export const createHandlers = <Env = void>({ unknown }: HandlersOptions<Env>): Handlers<Env> => {
  const routes = createRoutes(unknown)
  const handlers: Handlers<Env> = {
    on(pattern, ...added) {
      routes.add(pattern, added)
      return handlers
    },
    async handle(delivery) {
      const payload = classify(delivery.body, delivery.scheme)
      if ('code' in payload) throw new Refusal(`The body is no event: ${payload.code}.`)
      const steps = routes.match(payload)
      if (!('code' in steps)) for (const step of steps) await step(delivery)
      else if (steps.code !== 'ignored') throw new Refusal(`No handler is for events of the type ${payload.type}.`)
    },
  }
  return handlers
}
