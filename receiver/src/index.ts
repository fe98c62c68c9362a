/** @module The public face of the receiver. */
import { prepareMacCheck } from '#mac'
import type { ReceiverOptions } from './pipeline/options.ts'
import { makeReceiver, type Receiver } from './pipeline/receiver.ts'

export type {
  EventImage,
  EventMap,
  EventType,
  ImageDeletedEvent,
  ImageUpdatedEvent,
  ImageUploadedEvent,
  ImageUploadFailedEvent,
  JsonObject,
  JsonValue,
  WebhookEvent,
} from './events/events.ts'
export { eventTypes, isEventType } from './events/events.ts'
export { type ParsedEvent, parseEvent } from './events/parse-event.ts'
export { type SampleOverrides, sampleEvent } from './events/samples.ts'
export { eventSchemas } from './events/schemas.ts'
export { type D1InboxDatabase, type D1InboxOptions, type D1InboxStatement, d1Inbox } from './inboxes/d1-inbox.ts'
export type { Claim, ClaimTerms, Inbox } from './inboxes/inbox.ts'
export { type MemoryInboxOptions, memoryInbox } from './inboxes/memory-inbox.ts'
export type { QuarantineHook } from './pipeline/arrival.ts'
export type { AuditHook, AuditLog, AuditRecord } from './pipeline/audit.ts'
export type {
  Delivery,
  EventPattern,
  Handler,
  UnknownDelivery,
  UnknownHandler,
  WorkerContext,
} from './pipeline/delivery.ts'
export type { FromEnv, ReceiverOptions } from './pipeline/options.ts'
export { type OutcomeCode, outcomeStatuses } from './pipeline/outcome.ts'
export type { Receiver } from './pipeline/receiver.ts'
export { Refusal } from './pipeline/refusal.ts'
export { retired } from './pipeline/retired.ts'
export { guideScheme } from './schemes/guide.ts'
export type { Scheme } from './schemes/scheme.ts'
export type { Secrets } from './schemes/secrets.ts'
export { standardScheme } from './schemes/standard.ts'
export { tokenScheme } from './schemes/token.ts'

/**
 * Makes the receiving end of an endpoint: `createReceiver({ … }).on('image.uploaded', handler)` has a `fetch` that
 * verifies, validates, deduplicates and routes. A Worker exports it as it is. Throws a TypeError for options that
 * cannot work, such as an empty secret; what comes from the environment is checked at the first request.
 */
export const createReceiver = <Env = void>(options: ReceiverOptions<Env>): Receiver<Env> =>
  makeReceiver(prepareMacCheck, options)
