import type { Database, Message, MessageBatch } from './platform.ts'

/** What is queued for each uploaded image: no URLs and no metadata, the row has the newest. */
type ImageJob = {
  /** The key of the webhook, the same however often it is delivered. */
  key: string
  imageId: string
}

const isImageJob = (body: unknown): body is ImageJob =>
  typeof body === 'object' &&
  body !== null &&
  'key' in body &&
  typeof body.key === 'string' &&
  'imageId' in body &&
  typeof body.imageId === 'string'

const performJob = async (database: Database, job: unknown): Promise<void> => {
  if (!isImageJob(job)) throw new Error('The message is not an image job.')
  const { results } = await database.prepare('select id from uploaded_image where id = ?').bind(job.imageId).all()
  if (results.length === 0) throw new Error(`There is no row for the image ${job.imageId}.`)
  // Your work goes here: resize, scan, moderate. A queue may hand a message over twice, so it must be safe to repeat.
  await database
    .prepare('insert into job (key, image_id, done_at) values (?, ?, ?) on conflict (key) do nothing')
    .bind(job.key, job.imageId, Date.now())
    .all()
}

const settle = async (database: Database, message: Message): Promise<void> => {
  try {
    await performJob(database, message.body)
    message.ack()
  } catch (error) {
    console.error(`Image job ${message.id} failed: ${error instanceof Error ? error.message : 'unknown error'}`)
    message.retry()
  }
}

/** Consumes `image-jobs`. One message that fails is tried again and does not hold up the others of its batch. */
export const performImageJobs = async (database: Database, batch: MessageBatch): Promise<void> => {
  for (const message of batch.messages) await settle(database, message)
}

/** Consumes the dead letter queue: writes down what failed too often, for a person to look at. */
export const keepDeadLetters = async (database: Database, batch: MessageBatch): Promise<void> => {
  for (const message of batch.messages) {
    await database
      .prepare('insert into dead_letter (id, body, kept_at) values (?, ?, ?) on conflict (id) do nothing')
      .bind(message.id, JSON.stringify(message.body), Date.now())
      .all()
    message.ack()
  }
}
