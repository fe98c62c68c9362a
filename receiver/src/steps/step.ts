import type { WebhookEvent } from '../events/events.ts'
import type { Delivery } from '../pipeline/delivery.ts'

/** How a step is run. */
export type StepTerms<Event extends WebhookEvent = WebhookEvent, Env = void> = {
  /** How the journal knows the step: no other of the same event has it. Default the kind of step, as `notify`. */
  name?: string
  /** Whether the event wants this step at all. Default always. */
  when?: (delivery: Delivery<Event, Env>) => boolean | Promise<boolean>
  /** The waits between tries at once, in milliseconds. Default none: the event comes again anyway. Keep them short. */
  retryDelaysMs?: readonly number[]
  /** How long one try may take, in milliseconds. Default 10 000. With all tries of all steps, keep below `leaseMs`. */
  timeoutMs?: number
}

/** What a step answers to leave out those that follow; anything else lets them run. */
export const stop = 'stop'

/** One thing to do for an event. It must be safe to repeat: a process can die before its end is recorded. */
export type Step<Event extends WebhookEvent = WebhookEvent, Env = void> = StepTerms<Event, Env> & {
  name: string
  /** Does it. `signal` says that the time is over. */
  run(delivery: Delivery<Event, Env>, signal: AbortSignal): unknown
}

/** A step of your own. */
export const step = <Event extends WebhookEvent = WebhookEvent, Env = void>(
  name: string,
  run: Step<Event, Env>['run'],
  terms: Omit<StepTerms<Event, Env>, 'name'> = {},
): Step<Event, Env> => ({ ...terms, name, run })
