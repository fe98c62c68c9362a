/**
 * A process that delivers one event to a receiver and is killed on the way, by itself. Arguments: the kind of database, where it
 * is, and where to die: `in` the effect's transaction, or `after` it, before the receiver has recorded the event.
 */
import { DatabaseSync } from 'node:sqlite'
import { Pool } from 'pg'
import { createReceiver, type Delivery, type ImageUploadedEvent, type Inbox } from '../src/index.ts'
import { postgresInbox } from '../src/postgres.ts'
import { sqliteInbox } from '../src/sqlite.ts'
import { postStandard, secret, start, upload } from './deliver.ts'

const [, , kind, place = '', point] = process.argv

/** As `kill -9` does: nothing of this process runs any more. */
const die = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

type Part = { inbox: Inbox; effect: (delivery: Delivery<ImageUploadedEvent>) => Promise<unknown> }

const onSqlite = (): Part => {
  const inbox = sqliteInbox(new DatabaseSync(place), { now: () => start })
  const effect = ({ key }: Delivery<ImageUploadedEvent>) =>
    inbox.once(key, (database) => {
      database.exec("insert into effect values ('x')")
      if (point === 'in') die()
    })
  return { inbox, effect }
}

const onPostgres = (): Part => {
  const inbox = postgresInbox(new Pool({ connectionString: place }), { now: () => start })
  const effect = ({ key }: Delivery<ImageUploadedEvent>) =>
    inbox.once(key, async (client) => {
      await client.query("insert into effect values ('x')")
      if (point === 'in') die()
    })
  return { inbox, effect }
}

const { inbox, effect } = kind === 'sqlite' ? onSqlite() : onPostgres()
const receiver = createReceiver({ secrets: secret, inbox, unknown: 'error', now: () => start }).on(
  'image.uploaded',
  effect,
  die,
)
await receiver.fetch(postStandard(upload()))
