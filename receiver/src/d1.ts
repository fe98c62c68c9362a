/** @module The receiver's records in Cloudflare's D1. */
export type { Claim, ClaimTerms, Inbox } from './inboxes/inbox.ts'
export { type D1Inbox, type D1InboxOptions, d1Inbox } from './inboxes/d1-inbox.ts'
export type { OnceOptions, OnceOutcome } from './inboxes/once.ts'
export { type D1Database, type D1Statement, d1Database } from './sql/d1.ts'
export type { SqlDatabase } from './sql/database.ts'
