import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from 'miniflare'

/** How one queue is consumed; the meanings and names are those of `queues.consumers` in a `wrangler.jsonc`. */
export type QueueConsumer = {
  /** Messages handed over at once; default 10. */
  maxBatchSize?: number
  /** How long a batch waits to fill, in seconds; default 0.05, so that a local run does not idle. */
  maxBatchTimeout?: number
  /** How often a failed message is tried again before it goes to the dead letter queue; default 2. */
  maxRetries?: number
  /** Seconds before a failed message is tried again; default 0. */
  retryDelay?: number
  /** The queue that takes what failed too often; without it such a message is dropped. */
  deadLetterQueue?: string
}

/** A rate limit; the names are those of `ratelimits` in a `wrangler.jsonc`. */
export type RateLimit = { namespace_id: string; simple: { limit: number; period: 10 | 60 } }

/** What a Worker needs to run; where Cloudflare has a word for it, it is Cloudflare's. */
export type LocalWorkerOptions = {
  /** The Worker's main module, TypeScript or JavaScript, with whatever it imports. */
  entry: string
  /** The port on 127.0.0.1; 0, the default, is any free one. Give the former port to bring a Worker back where it was. */
  port?: number
  /** Keeps D1 from one start to the next. Without it the data is gone after `stop`. */
  persistFolder?: string
  /** The runtime behaviour the Worker was written for, as an ISO date; default 2026-10-23. */
  compatibilityDate?: string
  /** Plain values in `env`: vars and secrets. */
  bindings?: Record<string, string>
  /** The name of the D1 binding, and the folder of numbered `.sql` files that makes its tables. */
  d1?: { binding: string; migrationsFolder: string }
  /** Binding name → queue name. */
  queueProducers?: Record<string, string>
  /** Queue name → how this Worker consumes it. */
  queueConsumers?: Record<string, QueueConsumer>
  /** Binding name → how many requests in 10 or 60 seconds. */
  rateLimits?: Record<string, RateLimit>
  /** Hears what the Worker writes to its console; default nobody. */
  log?: (line: { level: string; message: string }) => void
}

/** A Worker that is up. */
export type LocalWorker = {
  /** Where it listens, without a slash at the end: `http://127.0.0.1:8787`. */
  url: string
  /** The port in `url`. */
  port: number
  /** Runs one statement in the Worker's D1 and answers its rows. Rejects when the Worker was started without D1. */
  d1(sql: string, ...parameters: unknown[]): Promise<Record<string, unknown>[]>
  /**
   * Ends the runtime's process, frees the port and removes temporary files; queued messages are lost. Stopping twice does
   * nothing more. SIGINT and SIGTERM stop it too; after a SIGKILL of this program the runtime's process stays behind.
   */
  stop(): Promise<void>
}

type Statement = {
  bind(...parameters: unknown[]): Statement
  all(): Promise<{ results: Record<string, unknown>[] }>
}

type Database = { prepare(sql: string): Statement }

/** The newest date the pinned runtime knows. */
const newestCompatibilityDate = '2026-10-23'

const bundle = (entry: string): string => {
  // The synchronous form, since the other keeps a helper process until the program ends.
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    target: 'es2024',
    logLevel: 'silent',
  })
  const [output] = outputFiles
  if (!output) throw new Error(`${entry} gave no output; it must be a module with a default export.`)
  return output.text
}

/** Applies what is new in the folder, in order of name, and records it in the table that `wrangler d1 migrations` uses. */
const migrate = async (database: Database, folder: string): Promise<void> => {
  const table = `create table if not exists d1_migrations (
    id integer primary key autoincrement, name text unique, applied_at timestamp default current_timestamp not null)`
  await database.prepare(table).all()
  const { results } = await database.prepare('select name from d1_migrations').all()
  const applied = new Set(results.map((row) => row['name']))
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  for (const name of names) {
    if (applied.has(name)) continue
    const sql = await readFile(join(folder, name), 'utf8')
    // One call runs whole or not at all, so a migration and its record cannot part.
    const statement = database.prepare(`${sql}\ninsert into d1_migrations (name) values (?)`).bind(name)
    await statement.all().catch((cause: unknown) => {
      throw new Error(`Migration ${name} failed and was not applied.`, { cause })
    })
  }
}

const consumerDefaults = { maxBatchTimeout: 0.05, maxRetries: 2, retryDelay: 0 }

/**
 * Runs a Worker on the real runtime (workerd), with real D1 and Queues, offline: it fetches nothing from the network
 * and prints nothing. Resolves when the port answers and the migrations are applied. Rejects when the entry does not
 * build, a migration fails (each must end with a semicolon) or the port is taken; nothing is left running then.
 */
export const startLocalWorker = async (options: LocalWorkerOptions): Promise<LocalWorker> => {
  const { d1, queueConsumers = {} } = options
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: bundle(options.entry),
      host: '127.0.0.1',
      port: options.port ?? 0,
      cf: false,
      telemetry: { enabled: false },
      log: new NoOpLog(),
      handleStructuredLogs: (line) => options.log?.({ level: line.level, message: line.message }),
      compatibilityDate: options.compatibilityDate ?? newestCompatibilityDate,
      bindings: options.bindings ?? {},
      queueProducers: options.queueProducers ?? {},
      ratelimits: options.rateLimits ?? {},
      queueConsumers: Object.fromEntries(
        Object.entries(queueConsumers).map(([queue, consumer]) => [queue, { ...consumerDefaults, ...consumer }]),
      ),
      ...(d1 && { d1Databases: [d1.binding] }),
      ...(options.persistFolder !== undefined && { resourcePersistencePath: options.persistFolder }),
    }),
  )
  try {
    const url = await miniflare.ready
    const database: Database | undefined = d1 && (await miniflare.getD1Database(d1.binding))
    if (d1 && database) await migrate(database, d1.migrationsFolder)
    return {
      url: url.origin,
      port: Number(url.port),
      async d1(sql, ...parameters) {
        if (!database) throw new Error('This Worker was started without D1; give startLocalWorker a `d1`.')
        return (
          await database
            .prepare(sql)
            .bind(...parameters)
            .all()
        ).results
      },
      stop: () => miniflare.dispose(),
    }
  } catch (error) {
    await miniflare.dispose()
    throw error
  }
}
