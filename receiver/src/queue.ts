/** @module Acknowledge at once and work later, by Cloudflare Queues. */
export { createDeadLetters, type DeadLetter, type DeadLetterPage, type DeadLetters } from './later/dead-letters.ts'
export type { Deferred } from './later/deferred.ts'
export { createHandlers, type Handlers, type HandlersOptions } from './later/handlers.ts'
export {
  consumeDeadLetters,
  consumeQueue,
  type Queue,
  type QueueBatch,
  type QueueConsumerOptions,
  type QueueMessage,
  toQueue,
} from './later/queue.ts'
export { Refusal } from './pipeline/refusal.ts'
