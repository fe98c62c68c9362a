/** A process that works off an outbox and is killed by the first handler. Arguments: the kind of database, where it is. */
import { DatabaseSync } from 'node:sqlite'
import { Pool } from 'pg'
import { createHandlers, createOutbox, createOutboxWorker } from '../src/outbox.ts'
import { postgresDatabase } from '../src/postgres.ts'
import { sqliteDatabase } from '../src/sqlite.ts'
import { start } from './deliver.ts'

const [, , kind, place = ''] = process.argv
const database =
  kind === 'sqlite' ? sqliteDatabase(new DatabaseSync(place)) : postgresDatabase(new Pool({ connectionString: place }))
const handlers = createHandlers({ unknown: 'error' }).on('image.*', () => process.kill(process.pid, 'SIGKILL'))
const now = () => start
await createOutboxWorker({ outbox: createOutbox(database, { now }), handlers, now }).drain()
