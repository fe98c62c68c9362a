/** @module The receiver's records in PostgreSQL, by `pg`. */
export type { Claim, ClaimTerms, Inbox } from './inboxes/inbox.ts'
export type { OnceOptions, OnceOutcome } from './inboxes/once.ts'
export { type PostgresInbox, postgresInbox } from './inboxes/postgres-inbox.ts'
export type { SqlInboxOptions } from './inboxes/sql-inbox.ts'
export type { SqlDatabase } from './sql/database.ts'
export { type PostgresClient, postgresDatabase, type PostgresPool } from './sql/postgres.ts'
