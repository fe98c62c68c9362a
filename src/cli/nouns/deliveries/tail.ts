import { ApiError } from '../../../client/api-error.ts'
import { sleep, systemClock } from '../../../domain/clock.ts'
import { inState, pale } from '../../colours.ts'
import { span } from '../../measures.ts'
import { printable } from '../../printable.ts'
import { remark, warn } from '../../remark.ts'
import { stayAlive } from '../../stay-alive.ts'
import { listenForStop } from '../../stop-wish.ts'
import { printJsonLine } from '../../table.ts'
import type { Verb, VerbCall } from '../verb.ts'
import { addDeliveryFilters, type Delivery, type DeliveryFilter } from './list.ts'
import { watchDeliveries } from './watch-deliveries.ts'

const lookEveryMs = 1000

const timeOf = (now: number): string => pale(new Date(now).toTimeString().slice(0, 8))

/** How it came to its state, and what comes next, in a few words. */
const courseOf = ({ state, attempt_count: count, next_attempt_at: next, reason }: Delivery, now: number): string => {
  const attempts = `${count} ${count === 1 ? 'attempt' : 'attempts'}`
  if (state !== 'pending') return reason === null ? attempts : `${attempts}, ${reason.replaceAll('_', ' ')}`
  const waitMs = next === null ? 0 : Date.parse(next) - now
  const comes = waitMs < 1000 ? 'next now' : `next in ${span(waitMs)}`
  return count === 0 ? comes.replace('next', 'first') : `${count} failed, ${comes}`
}

const lineOf = (delivery: Delivery, now: number): string => {
  const { state, attempt_count: count } = delivery
  const [id, event, image] = [delivery.id, delivery.event, delivery.image_id].map(printable)
  if (!process.stdout.isTTY) return [new Date(now).toISOString(), id, state, event, image, count].join('\t')
  const shown = `${inState(state)}${' '.repeat(Math.max(0, 'succeeded'.length - state.length))}`
  return `${timeOf(now)} ${shown} ${image} ${pale(courseOf(delivery, now))}\n  ${pale(`${event}  ${id}`)}`
}

/** A refusal that comes again however often it is asked. */
const isFinal = ({ status }: ApiError): boolean => status >= 400 && status <= 499 && status !== 408 && status !== 429

/** Prints what becomes of deliveries until Ctrl-C; a server that is away is waited for. */
const tail = async ({ client, options }: VerbCall<DeliveryFilter>): Promise<void> => {
  const clock = systemClock
  const watch = watchDeliveries({ client, clock, filter: options })
  const stop = listenForStop(process, clock)
  const letGo = stayAlive()
  let stopped = false
  let isAway = false
  void stop.asked.then(() => (stopped = true))
  const print = (delivery: Delivery): void =>
    options.json ? printJsonLine(delivery) : console.log(lineOf(delivery, clock.now()))
  try {
    // A wrong token or an unknown endpoint is told at once.
    await watch.look()
    remark('Deliveries from now on; Ctrl-C stops.')
    while (!stopped) {
      await Promise.race([sleep(clock, lookEveryMs), stop.asked])
      if (stopped) return
      try {
        const { changed, skipped } = await watch.look()
        if (isAway) remark('The server is back.')
        isAway = false
        if (skipped) warn('More happened than could be shown.')
        for (const delivery of changed) print(delivery)
      } catch (error) {
        if (!(error instanceof ApiError) || isFinal(error)) throw error
        if (!isAway) warn(`${error.message} Trying again …`)
        isAway = true
      }
    }
  } finally {
    letGo()
    stop.done()
  }
}

/** `imagehooks deliveries tail`. */
export const tailVerb: Verb<DeliveryFilter> = {
  name: 'tail',
  description: 'show what becomes of deliveries as it happens, until Ctrl-C',
  declare: addDeliveryFilters,
  examples: [
    ['deliveries tail', 'each that is made, succeeds, fails and dies'],
    ['deliveries tail --state dead --json', 'those that are given up, for a program'],
  ],
  run: tail,
}
