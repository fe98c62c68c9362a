import type { ClaimTerms, Inbox } from '../inboxes/inbox.ts'
import type { Progress } from '../pipeline/arrival.ts'
import type { AuditLog } from '../pipeline/audit.ts'
import type { DeliveryFacts, WorkerContext } from '../pipeline/delivery.ts'
import { type FromEnv, fromEnv } from '../pipeline/options.ts'
import { settle } from '../pipeline/settle.ts'
import { within } from '../timer/within.ts'
import { type Deferred, isDeferred, pack, unpack } from './deferred.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Handlers } from './handlers.ts'

/** The sending end of a Cloudflare Queue; a binding fits as it is. */
export type Queue = {
  /** Resolves when the message is safely stored. */
  send(message: Deferred): Promise<unknown>
}

/** One message of a batch. */
export type QueueMessage = {
  readonly body: unknown
  /** How often it was handed out, from 1. */
  readonly attempts: number
  ack(): void
  retry(options?: { delaySeconds?: number }): void
}

/** What a Cloudflare Queue hands to its consumer. */
export type QueueBatch = { readonly messages: readonly QueueMessage[] }

/**
 * A handler that puts each delivery into a queue; the sender hears 202 when it is safe there. For `image.*`, and for
 * `unknown`.
 */
export const toQueue =
  <Env>(queue: (env: Env) => Queue) =>
  async (delivery: DeliveryFacts<Env>): Promise<'queued'> => {
    await queue(delivery.env).send(pack(delivery))
    return 'queued'
  }

/** How a queue is consumed. */
export type QueueConsumerOptions<Env> = {
  handlers: Handlers<Env>
  /** Where handled events are remembered: queues hand a message over more than once. May be the receiver's. */
  inbox: FromEnv<Inbox, Env>
  /** Where refused events go at once. Default: the queue's own dead letter queue, after all of its retries. */
  deadLetters?: (env: Env) => Pick<DeadLetters, 'keep'>
  /** The waits after each failure, in seconds; the last one repeats. The queue's `max_retries` ends them. */
  retryDelaysSeconds?: readonly number[]
  /** How long handlers may take; then the message comes again. Default one minute. */
  leaseMs?: number
  /** How long the inbox remembers. Default 30 days. */
  keepMs?: number
  /** Where failures are told. Default the console. */
  log?: AuditLog
}

/** The inbox knows the event already, from when it was put into the queue. */
const apart = (inbox: Inbox): Inbox => ({
  claim: (key, terms) => inbox.claim(`later|${key}`, terms),
  complete: (key, token) => inbox.complete(`later|${key}`, token),
  release: (key, token) => inbox.release(`later|${key}`, token),
  sweep: (limit) => inbox.sweep(limit),
})

/**
 * Makes a Worker's `queue`: runs the handlers for each message. One that fails comes again after a wait, without the
 * others of its batch; after the queue's `max_retries` it goes to its dead letter queue.
 */
export const consumeQueue = <Env>({
  handlers,
  inbox,
  deadLetters,
  retryDelaysSeconds = [10, 60, 300, 900, 3600],
  leaseMs = 60_000,
  keepMs = 30 * 86_400_000,
  log = console,
}: QueueConsumerOptions<Env>): ((batch: QueueBatch, env: Env, context?: WorkerContext) => Promise<void>) => {
  const terms: ClaimTerms = { leaseMs, keepMs }

  const handleDeferred = async (message: QueueMessage, deferred: Deferred, env: Env, context?: WorkerContext) => {
    const delivery = unpack(deferred, env, context)
    const run = (given: DeliveryFacts<Env>) => handlers.handle(given)
    const progress: Progress = { facts: {}, fault: 'unavailable' }
    const handled = settle(apart(fromEnv(inbox, env)), terms, delivery, [run], progress)
    const { code, error, retryAfterSeconds } = await within(leaseMs, handled)
    if (error !== undefined) log.error(`A queued webhook ended as ${code}.`, error)
    if (code === 'refused' && deadLetters) await deadLetters(env).keep(deferred, error)
    else if (error !== undefined || retryAfterSeconds) {
      const delay = retryDelaysSeconds[Math.min(message.attempts, retryDelaysSeconds.length) - 1]
      message.retry({ delaySeconds: retryAfterSeconds ?? delay ?? 0 })
      return
    }
    message.ack()
  }

  const consume = async (message: QueueMessage, env: Env, context?: WorkerContext): Promise<void> => {
    try {
      if (!isDeferred(message.body)) throw new TypeError('The message is no delivery of this package.')
      await handleDeferred(message, message.body, env, context)
    } catch (error) {
      log.error('A queued webhook was not handled.', error)
      message.retry()
    }
  }

  return async ({ messages }, env, context) => {
    await Promise.all(messages.map((message) => consume(message, env, context)))
  }
}

/** Makes the consumer of a dead letter queue: keeps what failed too often, to be looked at and replayed. */
export const consumeDeadLetters =
  <Env>(deadLetters: (env: Env) => Pick<DeadLetters, 'keep'>, { log = console }: { log?: AuditLog } = {}) =>
  async ({ messages }: QueueBatch, env: Env): Promise<void> => {
    for (const message of messages) {
      try {
        if (!isDeferred(message.body)) throw new TypeError('The message is no delivery of this package.')
        await deadLetters(env).keep(message.body, 'It failed in the queue as often as the queue allows.')
        message.ack()
      } catch (error) {
        log.error('A dead letter was not kept.', error)
        message.retry()
      }
    }
  }
