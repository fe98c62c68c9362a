import { createReceiver, d1Inbox } from '@imagehooks/receiver'
import { createStepJournal, enqueue, steps } from '@imagehooks/receiver/steps'
import { d1Database } from '@imagehooks/receiver/d1'
import { workersRateLimit } from '@imagehooks/receiver/rate-limit'
import { keepDeadLetters, performImageJobs } from './image-job.ts'
import { moderateUpload, type ModerationEnv } from './moderation.ts'
import type { Database, MessageBatch, Queue, RateLimit } from './platform.ts'
import { saveUploadedImage } from './uploaded-image.ts'

/** The bindings of wrangler.jsonc, and the secrets. */
export type Env = ModerationEnv & {
  WEBHOOK_SECRET: string
  /** The one before, while the secret is changed. */
  WEBHOOK_SECRET_OLD?: string
  DB: Database
  IMAGE_QUEUE: Queue
  LIMITER: RateLimit
}

const journal = (env: Env) => createStepJournal(d1Database(env.DB))

const receiver = createReceiver<Env>({
  path: '/webhooks',
  secrets: (env) => [env.WEBHOOK_SECRET, env.WEBHOOK_SECRET_OLD],
  inbox: (env) => d1Inbox(env.DB),
  rateLimit: workersRateLimit((env) => env.LIMITER),
  unknown: 'ignore',
}).on(
  'image.uploaded',
  // Each step is recorded: what comes again goes on after the last one that ended. The sender hears 200 when all are done.
  steps(
    { journal },
    saveUploadedImage,
    // Where it is set up. What is rejected is deleted, and leaves out the next.
    moderateUpload,
    // The message is { key, imageId }: what else the job wants to know, the row has.
    enqueue({ queue: (env) => env.IMAGE_QUEUE }),
  ),
)

export default {
  fetch: receiver.fetch,

  /** Gets the batches of both queues. */
  queue: (batch: MessageBatch, env: Env): Promise<void> =>
    batch.queue === 'image-jobs' ? performImageJobs(env.DB, batch) : keepDeadLetters(env.DB, batch),

  /** Once a day: forgets the webhooks that no sender repeats any more. */
  async scheduled(_event: unknown, env: Env): Promise<void> {
    await d1Inbox(env.DB).sweep(10_000)
    await journal(env).sweep(10_000)
  },
}
