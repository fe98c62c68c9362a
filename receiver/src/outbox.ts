/** @module Acknowledge at once and work later, by a table of one's own database. */
export { createDeadLetters, type DeadLetter, type DeadLetterPage, type DeadLetters } from './later/dead-letters.ts'
export type { Deferred } from './later/deferred.ts'
export { createHandlers, type Handlers, type HandlersOptions } from './later/handlers.ts'
export { createOutbox, type HeldDelivery, type Outbox, type OutboxOptions, toOutbox } from './later/outbox.ts'
export { createOutboxWorker, type OutboxWorker, type OutboxWorkerOptions } from './later/outbox-worker.ts'
export { Refusal } from './pipeline/refusal.ts'
