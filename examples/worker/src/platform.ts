// The little of Cloudflare's types that this Worker uses. `npx wrangler types` writes all of them.

type Statement = {
  bind(...values: unknown[]): Statement
  all(): Promise<{ results: Record<string, unknown>[] }>
}

/** A D1 database. */
export type Database = {
  prepare(sql: string): Statement
  batch(statements: Statement[]): Promise<{ results: Record<string, unknown>[] }[]>
}

/** The sending end of a queue. */
export type Queue = {
  /** Resolves when the message is safely stored. */
  send(body: unknown): Promise<unknown>
}

/** A rate limit. */
export type RateLimit = { limit(options: { key: string }): Promise<{ success: boolean }> }

/** One message of a batch. */
export type Message = { readonly id: string; readonly body: unknown; ack(): void; retry(): void }

/** What a queue hands to its consumer. */
export type MessageBatch = { readonly queue: string; readonly messages: readonly Message[] }
