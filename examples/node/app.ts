import type { DatabaseSync } from 'node:sqlite'
import { createReceiver } from '@imagehooks/receiver'
import { honoHandler } from '@imagehooks/receiver/hono'
import { createHandlers, createOutbox, createOutboxWorker, toOutbox } from '@imagehooks/receiver/outbox'
import { sqliteDatabase, sqliteInbox } from '@imagehooks/receiver/sqlite'
import { createStepJournal, save, step, steps } from '@imagehooks/receiver/steps'
import { Hono } from 'hono'

/** What the application is made of. */
export type Parts = {
  /** Has the receiver's tables (`@imagehooks/receiver/tables.sql`). */
  connection: DatabaseSync
  /** The endpoint's secret, or several while rotating, the newest first. */
  secrets: readonly string[]
  /** Your own work on an image, which may take its time and be done twice. */
  work: (imageId: string) => Promise<void> | void
}

/**
 * An application that receives webhooks: each genuine delivery is written into the outbox and answered 202, and a worker
 * in this process handles it, once, with retries and dead letters.
 */
export const createApp = ({ connection, secrets, work }: Parts) => {
  const database = sqliteDatabase(connection)
  const outbox = createOutbox(database)
  const receiver = createReceiver({
    path: '/webhooks',
    secrets,
    inbox: sqliteInbox(connection),
    unknown: 'ignore',
  }).on(
    'image.*',
    toOutbox(() => outbox),
  )

  const handlers = createHandlers({ unknown: 'ignore' }).on(
    'image.*',
    steps(
      { journal: () => createStepJournal(database) },
      save({ database: () => database }),
      step('work', ({ event }) => work(event.image.id), { when: ({ event }) => event.event === 'image.uploaded' }),
    ),
  )
  const worker = createOutboxWorker({ outbox, handlers })

  const app = new Hono()
    .all('/webhooks', honoHandler(receiver))
    .get('/images', async (context) => context.json(await database.query('select * from imagehooks_image')))
    .get('/dead-letters', async (context) => context.json(await outbox.list()))
  return { app, worker }
}
