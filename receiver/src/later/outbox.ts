import type { DeliveryFacts } from '../pipeline/delivery.ts'
import type { SqlDatabase } from '../sql/database.ts'
import { storedKey } from '../sql/stored-key.ts'
import { createDeadLetters, type DeadLetters, deferredOf, errorText } from './dead-letters.ts'
import { type Deferred, pack } from './deferred.ts'

/** A delivery that a worker holds until its lease ends. */
export type HeldDelivery = {
  deferred: Deferred
  /** Proves that it is held. */
  token: string
  /** Which attempt at handling it this is, from 1. Attempts that died count. */
  attempt: number
}

/** Deliveries in a database that are to be handled later, each once for its key. */
export type Outbox = DeadLetters & {
  /** Stores a delivery. Does nothing when its key is known: waiting, done or dead. */
  add(deferred: Deferred): Promise<void>
  /** Tells when something was added by this process. Answers a function that ends it. */
  subscribe(listener: () => void): () => void
  /** Takes up to `limit` that are due, the longest due first. When the lease has ended, another may take them. */
  take(limit: number, leaseMs: number): Promise<HeldDelivery[]>
  /** Records it as handled. False when the lease was lost. */
  finish(held: HeldDelivery): Promise<boolean>
  /** Gives it back to be tried again at an instant. False when the lease was lost. */
  postpone(held: HeldDelivery, dueAt: number, error: unknown): Promise<boolean>
  /** Gives it up: it is a dead letter from now on. False when the lease was lost. */
  bury(held: HeldDelivery, error: unknown): Promise<boolean>
  /** Forgets up to `limit` that were handled long enough ago; answers how many. Dead letters stay. */
  sweep(limit: number): Promise<number>
}

/** How an outbox is made. */
export type OutboxOptions = {
  /** How long a handled delivery is remembered, so that it is not added again. Default 30 days, as by an inbox. */
  keepMs?: number
  /** The instant, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

const addSql = `insert into imagehooks_outbox (key, state, due_at, deferred) values ($1, 'waiting', $2, $3)
on conflict (key) do nothing`

// What is due is asked twice: PostgreSQL looks again at a row that another worker took while this one waited for it.
const takeSql = `update imagehooks_outbox set token = $1, due_at = $2, attempt_count = attempt_count + 1
where state = 'waiting' and due_at <= $3 and key in
  (select key from imagehooks_outbox where state = 'waiting' and due_at <= $3 order by due_at limit $4)
returning deferred, attempt_count`

const finishSql = `update imagehooks_outbox set state = 'done', due_at = $3, deferred = '', error = null
where key = $1 and token = $2 and state = 'waiting' returning key`

const postponeSql = `update imagehooks_outbox set token = '', due_at = $3, error = $4
where key = $1 and token = $2 and state = 'waiting' returning key`

const burySql = `update imagehooks_outbox set state = 'dead', token = '', due_at = $3, error = $4
where key = $1 and token = $2 and state = 'waiting' returning key`

const sweepSql = `delete from imagehooks_outbox where key in
  (select key from imagehooks_outbox where state = 'done' and due_at <= $1 limit $2) returning key`

/** An outbox in a database (`sqliteDatabase`, `postgresDatabase`, `d1Database`) that has the tables of `tables.sql`. */
export const createOutbox = (
  database: SqlDatabase,
  { keepMs = 30 * 86_400_000, now = Date.now }: OutboxOptions = {},
): Outbox => {
  const listeners = new Set<() => void>()
  const change = async (sql: string, { deferred, token }: HeldDelivery, dueAt: number, ...more: string[]) =>
    (await database.query(sql, await storedKey(deferred.key), token, dueAt, ...more)).length > 0
  return {
    ...createDeadLetters(database, { now }),
    async add(deferred) {
      await database.query(addSql, await storedKey(deferred.key), now(), JSON.stringify(deferred))
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async take(limit, leaseMs) {
      const instant = now()
      const token = crypto.randomUUID()
      const rows = await database.query(takeSql, token, instant + leaseMs, instant, limit)
      return rows.map((row) => ({ deferred: deferredOf(row), token, attempt: Number(row['attempt_count']) }))
    },
    finish: (held) => change(finishSql, held, now() + keepMs),
    postpone: (held, dueAt, error) => change(postponeSql, held, dueAt, errorText(error)),
    bury: (held, error) => change(burySql, held, now(), errorText(error)),
    async sweep(limit) {
      return (await database.query(sweepSql, now(), limit)).length
    },
  }
}

/**
 * A handler that puts each delivery into an outbox; the sender hears 202 when it is safe there. For `image.*`, and for
 * `unknown`.
 */
export const toOutbox =
  <Env = void>(outbox: (env: Env) => Pick<Outbox, 'add'>) =>
  async (delivery: DeliveryFacts<Env>): Promise<'queued'> => {
    await outbox(delivery.env).add(pack(delivery))
    return 'queued'
  }
