/** @module An inbox in Cloudflare's Durable Objects. */
export type { Claim, ClaimTerms, Inbox } from './inboxes/inbox.ts'
export {
  durableObjectDatabase,
  durableObjectInbox,
  type DurableObjectInboxOptions,
  type DurableObjectNamespace,
  type DurableObjectState,
  type DurableObjectStorage,
  ImagehooksInbox,
} from './inboxes/durable-object-inbox.ts'
export type { SqlDatabase } from './sql/database.ts'
