import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unstable_readConfig as readConfig } from 'wrangler'
import { type LocalWorker, type LocalWorkerOptions, type RateLimit, startLocalWorker } from './local-worker.ts'

const configFile = fileURLToPath(new URL('../examples/worker/wrangler.jsonc', import.meta.url))

/** What is read of it. */
type WorkerConfig = {
  main?: string
  compatibility_date?: string
  ratelimits: (RateLimit & { name: string })[]
  d1_databases: { binding: string; migrations_dir?: string }[]
  queues: {
    producers?: { binding: string; queue: string }[]
    consumers?: { queue: string; max_retries?: number; dead_letter_queue?: string }[]
  }
}

/**
 * Starts `examples/worker` on the real runtime, with the bindings and the migrations of its own `wrangler.jsonc`; only
 * the waits of its queues are left out. It takes webhooks at `/webhooks`; its D1 has `uploaded_image`, `job` and
 * `dead_letter`. Queued messages do not outlive a stop, the rows do where there is a `persistFolder`.
 */
export const startExampleWorker = (
  secret: string,
  options: Pick<LocalWorkerOptions, 'port' | 'persistFolder' | 'log'> = {},
): Promise<LocalWorker> => {
  const config: WorkerConfig = readConfig({ config: configFile }, { hideWarnings: true })
  const { main, compatibility_date: compatibilityDate, d1_databases: databases, ratelimits, queues } = config
  const [database] = databases
  if (main === undefined || compatibilityDate === undefined || database?.migrations_dir === undefined) {
    throw new Error(`${configFile} must name main, compatibility_date and a D1 database with its migrations_dir.`)
  }
  return startLocalWorker({
    ...options,
    entry: main,
    compatibilityDate,
    bindings: { WEBHOOK_SECRET: secret },
    d1: { binding: database.binding, migrationsFolder: join(dirname(configFile), database.migrations_dir) },
    rateLimits: Object.fromEntries(ratelimits.map(({ name, ...limit }) => [name, limit])),
    queueProducers: Object.fromEntries((queues.producers ?? []).map(({ binding, queue }) => [binding, queue])),
    queueConsumers: Object.fromEntries(
      (queues.consumers ?? []).map(({ queue, max_retries: maxRetries, dead_letter_queue: deadLetterQueue }) => [
        queue,
        { ...(maxRetries !== undefined && { maxRetries }), ...(deadLetterQueue !== undefined && { deadLetterQueue }) },
      ]),
    ),
  })
}
