import type { WebhookEvent } from '../events/events.ts'
import type { Delivery, Handler } from '../pipeline/delivery.ts'
import { type FromEnv, fromEnv } from '../pipeline/options.ts'
import { isRefusal } from '../pipeline/refusal.ts'
import { within } from '../timer/within.ts'
import type { StepJournal } from './journal.ts'
import { type Step, stop } from './step.ts'

/** How steps are run. */
export type StepsOptions<Env> = {
  /** Where it is recorded which steps of an event have ended. */
  journal: FromEnv<StepJournal, Env>
  /** Waits so many milliseconds. Default a timer. */
  wait?: (milliseconds: number) => Promise<void>
}

const defaultTimeoutMs = 10_000

const waitByTimer = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** What a step answers in the end. A failed try is followed by others, except after a `Refusal`. */
const perform = async <Event extends WebhookEvent, Env>(
  { name, run, retryDelaysMs = [], timeoutMs = defaultTimeoutMs }: Step<Event, Env>,
  delivery: Delivery<Event, Env>,
  wait: (milliseconds: number) => Promise<void>,
): Promise<unknown> => {
  for (let tries = 0; ; tries++) {
    const controller = new AbortController()
    try {
      return await within(timeoutMs, run(delivery, controller.signal))
    } catch (error) {
      controller.abort(error)
      if (isRefusal(error)) throw error
      const delayMs = retryDelaysMs[tries]
      if (delayMs === undefined) throw new Error(`The step ${name} failed: ${String(error)}`, { cause: error })
      await wait(delayMs)
    }
  }
}

/**
 * A handler that does one step after another and records the end of each, so that an event that comes again goes on
 * after the last one that ended. Throws a TypeError when two have one name.
 */
export const steps = <Event extends WebhookEvent = WebhookEvent, Env = void>(
  { journal, wait = waitByTimer }: StepsOptions<Env>,
  ...list: readonly Step<Event, Env>[]
): Handler<Event, Env> => {
  const names = new Set(list.map(({ name }) => name))
  if (names.size < list.length) throw new TypeError('Two steps have one name: give one of them another by `name`.')
  return async (delivery) => {
    const { key, env } = delivery
    const records = fromEnv(journal, env)
    const ended = await records.read(key)
    for (const one of list) {
      const known = ended.get(one.name)
      if (known === 'stop') return
      if (known || (one.when && !(await one.when(delivery)))) continue
      const end = (await perform(one, delivery, wait)) === stop ? 'stop' : 'done'
      await records.record(key, one.name, end)
      if (end === 'stop') return
    }
  }
}
