import { rowsOf, type SqlDatabase } from './database.ts'

/** What is needed of a connection of `pg`. */
export type PostgresClient = {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>
  /** Gives the connection back to its pool; `true` closes it. */
  release(destroy?: boolean): void
}

/** What is needed of a pool of `pg`; a `Pool` fits as it is. */
export type PostgresPool<Client extends PostgresClient = PostgresClient> = {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>
  connect(): Promise<Client>
}

/** A pool of connections to PostgreSQL as the receiver's own tables need it. */
export const postgresDatabase = (pool: PostgresPool): SqlDatabase => ({
  async query(sql, ...values) {
    const { rows } = await pool.query(sql, values)
    return rowsOf(rows)
  },
})

/** Runs `work` in a transaction of its own connection. What it rejects with undoes it all, and is rejected with. */
export const inPostgresTransaction = async <Client extends PostgresClient, Value>(
  pool: PostgresPool<Client>,
  work: (client: Client) => Promise<Value>,
): Promise<Value> => {
  const client = await pool.connect()
  let isSound = false
  try {
    await client.query('begin isolation level read committed')
    const value = await work(client)
    await client.query('commit')
    isSound = true
    return value
  } finally {
    // A closed connection undoes its transaction, even where a rollback could not be said any more.
    client.release(!isSound)
  }
}
