import type { AuditLog } from '../pipeline/audit.ts'
import { isRefusal } from '../pipeline/refusal.ts'
import { within } from '../timer/within.ts'
import { unpack } from './deferred.ts'
import type { Handlers } from './handlers.ts'
import type { HeldDelivery, Outbox } from './outbox.ts'

/** How an outbox is worked off. */
export type OutboxWorkerOptions<Env> = {
  outbox: Outbox
  handlers: Handlers<Env>
  /** How many deliveries are handled at once. Default 8. */
  concurrency?: number
  /** How long handlers may take: then they have failed, and another worker may take the delivery. Default one minute. */
  leaseMs?: number
  /** The waits after each failure, in milliseconds; after one more failure it is a dead letter. Default 10 s to 6 h. */
  retryDelaysMs?: readonly number[]
  /** How often to look for what is due, in milliseconds; what this process adds is seen at once. Default 1000. */
  pollMs?: number
  /** Where failures are told. Default the console. */
  log?: AuditLog
  /** The instant, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** Handles what is in an outbox. Any number may work on one, in one process or many. */
export type OutboxWorker<Env = void> = {
  /** Handles all that is due, and answers how many were tried. For a scheduled handler, and for tests. */
  drain(env: Env): Promise<number>
  /** Handles what is due from now on. Throws when it has been started. */
  start(env: Env): void
  /** Takes nothing more; resolves when the handlers that run have ended. */
  stop(): Promise<void>
}

const second = 1000
const defaultDelays = [10, 60, 300, 900, 3600, 6 * 3600].map((seconds) => seconds * second)

/** Waits that can be cut short. */
type Bell = {
  /** Ends the present wait, or the next one where nobody waits. */
  ring(): void
  wait(longestMs: number): Promise<void>
}

const createBell = (): Bell => {
  let hasRung = false
  let end: (() => void) | undefined
  return {
    ring() {
      hasRung = true
      end?.()
    },
    async wait(longestMs) {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, longestMs)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      hasRung = false
      end = undefined
    },
  }
}

/** Makes a worker for an outbox. It does nothing before `start` or `drain`. */
export const createOutboxWorker = <Env = void>({
  outbox,
  handlers,
  concurrency = 8,
  leaseMs = 60_000,
  retryDelaysMs = defaultDelays,
  pollMs = second,
  log = console,
  now = Date.now,
}: OutboxWorkerOptions<Env>): OutboxWorker<Env> => {
  const fail = async (held: HeldDelivery, error: unknown): Promise<void> => {
    const delayMs = retryDelaysMs[held.attempt - 1]
    if (delayMs === undefined || isRefusal(error)) {
      log.error('A webhook is a dead letter now.', error)
      await outbox.bury(held, error)
    } else {
      log.error(`A webhook was not handled; it comes again in ${delayMs / second} seconds.`, error)
      await outbox.postpone(held, now() + delayMs, error)
    }
  }

  const attempt = async (held: HeldDelivery, env: Env): Promise<void> => {
    // It took its process with it each time: what runs it once more may never come to give it up.
    if (held.attempt > retryDelaysMs.length + 1) return fail(held, new Error('Its last attempt never ended.'))
    try {
      await within(leaseMs, handlers.handle(unpack(held.deferred, env, undefined)))
    } catch (error) {
      return fail(held, error)
    }
    // Told, not undone: the work is done, and another worker does it again.
    if (!(await outbox.finish(held))) log.error('A webhook was handled for longer than its lease.', held.deferred.key)
  }

  const settle = async (held: HeldDelivery, env: Env): Promise<void> => {
    try {
      await attempt(held, env)
    } catch (error) {
      // Its lease ends by itself, and it comes again.
      log.error('The outbox did not record what came of a webhook.', error)
    }
  }

  /** Takes and handles, with every slot in use while anything is due, until it is over. */
  const work = async (env: Env, bell: Bell, take: typeof outbox.take, isOver: () => boolean): Promise<number> => {
    const running = new Set<Promise<void>>()
    let count = 0
    const begin = (held: HeldDelivery): void => {
      const run: Promise<void> = settle(held, env).then(() => {
        running.delete(run)
        bell.ring()
      })
      running.add(run)
      count += 1
    }
    try {
      for (;;) {
        const free = concurrency - running.size
        const taken = free > 0 ? await take(free, leaseMs) : []
        taken.forEach(begin)
        if (taken.length > 0) continue
        if (running.size === 0 && isOver()) return count
        await bell.wait(pollMs)
      }
    } finally {
      await Promise.all(running)
    }
  }

  const bell = createBell()
  let isStopping = false
  let ended: Promise<unknown> | undefined

  const takeUntilStopped: typeof outbox.take = async (limit) => {
    try {
      return isStopping ? [] : await outbox.take(limit, leaseMs)
    } catch (error) {
      log.error('The outbox does not answer.', error)
      return []
    }
  }

  return {
    drain: (env) => work(env, createBell(), outbox.take, () => true),
    start(env) {
      if (ended) throw new Error('The worker of this outbox was started before.')
      const unsubscribe = outbox.subscribe(bell.ring)
      ended = work(env, bell, takeUntilStopped, () => isStopping).finally(unsubscribe)
    },
    async stop() {
      isStopping = true
      bell.ring()
      await ended
    },
  }
}
