import { createReceiver, d1Inbox } from '@imagehooks/receiver'
import { type ImageJob, keepDeadLetters, performImageJobs } from './image-job.ts'
import type { Database, MessageBatch, Queue } from './platform.ts'
import { saveUploadedImage } from './uploaded-image.ts'

/** The bindings of wrangler.jsonc, and the secret. */
export type Env = {
  WEBHOOK_SECRET: string
  DB: Database
  IMAGE_QUEUE: Queue<ImageJob>
}

const receiver = createReceiver<Env>({
  path: '/webhooks',
  secrets: (env) => env.WEBHOOK_SECRET,
  inbox: (env) => d1Inbox(env.DB),
  unknown: 'ignore',
}).on('image.uploaded', async ({ event, key, env }) => {
  await saveUploadedImage(env.DB, event)
  // Awaited, so that the sender hears 200 only when both the row and the job are safe.
  await env.IMAGE_QUEUE.send({ key, imageId: event.image.id })
})

export default {
  fetch: receiver.fetch,

  /** Gets the batches of both queues. */
  queue: (batch: MessageBatch, env: Env): Promise<void> =>
    batch.queue === 'image-jobs' ? performImageJobs(env.DB, batch) : keepDeadLetters(env.DB, batch),

  /** Once a day: forgets the webhooks that no sender repeats any more. */
  async scheduled(_event: unknown, env: Env): Promise<void> {
    await d1Inbox(env.DB).sweep(10_000)
  },
}
