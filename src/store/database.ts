/**
 * The port that every database driver implements. Statements stand once, in the subset that SQLite and PostgreSQL
 * share, with `$1` parameters; instants and durations are integer milliseconds; text keys compare bytewise.
 */

/** What a parameter or a column may hold. */
export type Value = string | number | null | Uint8Array

/** One row as it came from the driver; read it with the functions of `row.ts`. */
export type Row = Readonly<Record<string, unknown>>

/** One statement of a unit: data, not a call, so that a unit can be handed to another thread whole. */
export type Statement = {
  readonly sql: string
  readonly parameters: readonly Value[]
  /** How many rows the statement must change. Another number undoes the whole unit. Omitted: any number will do. */
  readonly expect?: number
}

/** Statements that commit together or not at all, with no reads between. */
export type Unit = readonly Statement[]

/** What a unit came to. `rows` holds, per statement, what its `returning` clause gave (empty without one). */
export type UnitOutcome =
  | { readonly committed: true; readonly changes: readonly number[]; readonly rows: readonly (readonly Row[])[] }
  /** Undone: statement number `index` broke a unique key, or changed another number of rows than it expected. */
  | { readonly committed: false; readonly reason: 'conflict' | 'count'; readonly index: number }

/** A word to all who listen, in this process or another, that there may be work. It may be lost; polling is the truth. */
export type Notice = { readonly topic: NoticeTopic; readonly ids: readonly string[] }

/**
 * `lane`: these lanes got deliveries; `hurry`: and one of them is not to wait, however the endpoint fared; `endpoint`: these
 * endpoints were changed; `feed`: the feed of these accounts has grown.
 */
export const noticeTopics = ['lane', 'hurry', 'endpoint', 'feed'] as const

export type NoticeTopic = (typeof noticeTopics)[number]

export type Database = {
  readonly driver: 'sqlite' | 'postgres'
  /** True when no other process can have this database open, so that leases of earlier owners mean nothing. */
  readonly exclusive: boolean
  /**
   * Applies a unit. Resolves after the commit is durable. Rejects on faults that are not the unit's (connection lost,
   * disk full); the unit may or may not have been applied then.
   */
  write(unit: Unit): Promise<UnitOutcome>
  /** Reads committed rows, by another connection than the writer's. */
  read(sql: string, parameters: readonly Value[]): Promise<readonly Row[]>
  /** Tells all listeners. Never throws: a lost notice only costs the wait for the next poll. */
  notify(notice: Notice): void
  /** Listens until the function it answers is called. */
  listen(hear: (notice: Notice) => void): () => void
  /** True when a read comes back. */
  healthy(): Promise<boolean>
  /** Waits for what was handed over, then closes. */
  close(): Promise<void>
}

/**
 * A function that both databases know in SQL: `db_now()`, the database's own clock in milliseconds since 1970. Leases are
 * timed by it, so that the clocks of the machines need not agree.
 */
export const databaseNow = 'db_now()'
