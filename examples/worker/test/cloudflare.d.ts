// The little of the test runtime's modules that these tests use.

declare module 'cloudflare:workers' {
  import type { Env, Worker } from '../src/index.ts'
  import type { D1Migration } from 'cloudflare:test'

  export const env: Env & { MIGRATIONS: D1Migration[] }
  export const exports: { default: { fetch(url: string, init?: RequestInit): Promise<Response> } }
}

declare module 'cloudflare:test' {
  import type { Database, MessageBatch } from '../src/platform.ts'

  export type D1Migration = { name: string; queries: string[] }
  export function applyD1Migrations(database: Database, migrations: D1Migration[]): Promise<void>

  export function createMessageBatch(
    queue: string,
    messages: { id: string; timestamp: Date; attempts: number; body: unknown }[],
  ): MessageBatch
  export function createExecutionContext(): object
  export function getQueueResult(
    batch: MessageBatch,
    context: object,
  ): Promise<{ explicitAcks: string[]; retryMessages: { msgId: string }[] }>
}

declare module '*.sql?raw' {
  const text: string
  export default text
}
