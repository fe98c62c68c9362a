/** @module The receiver's records in SQLite, by `node:sqlite`. */
export type { Claim, ClaimTerms, Inbox } from './inboxes/inbox.ts'
export type { OnceOptions, OnceOutcome } from './inboxes/once.ts'
export type { SqlInboxOptions } from './inboxes/sql-inbox.ts'
export { type SqliteInbox, sqliteInbox } from './inboxes/sqlite-inbox.ts'
export type { SqlDatabase } from './sql/database.ts'
export { type SqliteConnection, sqliteDatabase, type SqliteStatement } from './sql/sqlite.ts'
