import { Client, Pool, type ClientConfig, type PoolClient, type QueryResult } from 'pg'
import { type Clock, sleep } from '../domain/clock.ts'
import type { Log } from '../telemetry/log.ts'
import type { Value } from './database.ts'
import { faultOf, toAppError } from './postgres-faults.ts'

/** Connections of one process beside the one for notices. */
const connectionLimit = 10
/** Between two tries to connect. */
const retryMs = 100
/** How often work is done anew; each of our connections may hold a plan that a migration made stale. */
const retryLimit = connectionLimit + 2

/** How long things may take, in milliseconds. */
export type PostgresLimits = {
  /** How long work waits for a connection before it is told that the database is away. */
  readonly patienceMs: number
  readonly statementMs: number
  readonly lockMs: number
  /** No transaction of a process that stands still holds back vacuum or a lock for longer. */
  readonly idleTransactionMs: number
}

export const defaultLimits: PostgresLimits = {
  patienceMs: 5000,
  statementMs: 30_000,
  lockMs: 5000,
  idleTransactionMs: 10_000,
}

/** A server that has gone without a word is noticed by this alone, so it comes after the server's own limit. */
const silenceMs = 5000

/** What every connection of ours is told. */
export const connectionSettings = (url: string, limits: PostgresLimits): ClientConfig => ({
  connectionString: url,
  application_name: 'imagehooks',
  connectionTimeoutMillis: limits.patienceMs,
  statement_timeout: limits.statementMs,
  lock_timeout: limits.lockMs,
  idle_in_transaction_session_timeout: limits.idleTransactionMs,
  query_timeout: limits.statementMs + silenceMs,
  keepAlive: true,
  pipeline: true,
})

/** Sends statements by one connection; several may be sent before the first is answered. */
export type Session = {
  /** A statement that comes again and again: it is prepared once on each connection. */
  run(sql: string, parameters: readonly Value[]): Promise<QueryResult>
  /** A statement without parameters, or several, as they are. */
  command(sql: string): Promise<unknown>
}

export type Connections = {
  /**
   * Does work on a connection that nobody else uses meanwhile. Waits for one as long as patience lasts, then throws `unavailable`.
   * After a deadlock the work is done anew. `repeatable`: also when the connection is lost on the way.
   */
  use<Result>(work: (session: Session) => Promise<Result>, how?: { readonly repeatable?: boolean }): Promise<Result>
  /** A connection outside the pool without time limits, for migrations. */
  useAlone<Result>(work: (session: Session) => Promise<Result>): Promise<Result>
  /** Waits for what is running, then closes all. */
  close(): Promise<void>
}

/** A name for each statement, so that PostgreSQL parses and plans it once on each connection. */
const createNames = (): ((sql: string) => string) => {
  const names = new Map<string, string>()
  return (sql) => {
    let name = names.get(sql)
    if (name === undefined) names.set(sql, (name = `imagehooks_${names.size}`))
    return name
  }
}

export const openConnections = (url: string, limits: PostgresLimits, clock: Clock, log: Log): Connections => {
  const pool = new Pool({ ...connectionSettings(url, limits), max: connectionLimit })
  const nameOf = createNames()
  let lostSince: number | undefined

  const sessionOf = (client: Pick<PoolClient, 'query'>): Session => ({
    run: (sql, parameters) => client.query({ name: nameOf(sql), text: sql, values: [...parameters] }),
    command: (sql) => client.query(sql),
  })

  const lost = (error: unknown): void => {
    if (lostSince !== undefined) return
    lostSince = clock.monotonic()
    log.error({ err: error }, 'The database cannot be reached; it is tried again until it answers')
  }
  const answered = (): void => {
    if (lostSince === undefined) return
    log.info({ awayMs: Math.round(clock.monotonic() - lostSince) }, 'The database answers again')
    lostSince = undefined
  }
  // An idle connection has ended; the pool has dropped it and makes another when one is needed.
  pool.on('error', () => {})

  /** Waits for a connection, through a restart of the server if it is short. */
  const connect = async (until: number): Promise<PoolClient> => {
    for (;;) {
      try {
        return await pool.connect()
      } catch (error) {
        const fault = faultOf(error)
        if (fault === 'lost' || fault === 'refused') lost(error)
        if (fault !== 'lost' || clock.monotonic() + retryMs > until) throw toAppError(error)
        await sleep(clock, retryMs)
      }
    }
  }

  return {
    async use(work, { repeatable = false } = {}) {
      const until = clock.monotonic() + limits.patienceMs
      for (let tries = 1; ; tries += 1) {
        const client = await connect(until)
        let broken = false
        const fail = (): void => {
          broken = true
        }
        // Between a lost connection and the query that tells of it the client speaks of it by itself.
        client.on('error', fail)
        try {
          const result = await work(sessionOf(client))
          answered()
          return result
        } catch (error) {
          const fault = faultOf(error)
          // Its prepared statements may be what failed.
          broken ||= fault === 'lost' || fault === 'again'
          if (fault === 'lost') lost(error)
          const mayRepeat = fault === 'again' || (fault === 'lost' && repeatable)
          if (!mayRepeat || tries > retryLimit || clock.monotonic() > until) throw toAppError(error)
        } finally {
          client.off('error', fail)
          client.release(broken)
        }
      }
    },
    async useAlone(work) {
      const client = new Client({
        ...connectionSettings(url, limits),
        statement_timeout: 0,
        lock_timeout: 0,
        query_timeout: 0,
        pipeline: false,
      })
      client.on('error', () => {})
      try {
        await client.connect()
        return await work(sessionOf(client))
      } catch (error) {
        const fault = faultOf(error)
        if (fault === 'lost' || fault === 'refused') lost(error)
        throw toAppError(error)
      } finally {
        await client.end()
      }
    },
    close: () => pool.end(),
  }
}
