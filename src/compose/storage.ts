import type { BlobStore } from '../blobs/blob-store.ts'
import { openDiskBlobStore } from '../blobs/disk.ts'
import { openS3BlobStore } from '../blobs/s3.ts'
import type { Config, Storage } from '../config/config.ts'
import { keepMasterKey } from '../config/master-key-file.ts'
import { createSealer, type Sealer } from '../config/secrets.ts'
import type { Random } from '../domain/random.ts'
import type { Database } from '../store/database.ts'
import { hasSealedRows } from '../store/endpoints.ts'
import { releaseAllLanes } from '../store/lanes.ts'
import { checkSchema, migrate, readMigrations } from '../store/migrate.ts'
import { openPostgres } from '../store/postgres.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Parts } from './parts.ts'

const openEmbedded = async (folder: string, parts: Parts): Promise<Database> => {
  const database = openSqlite({ folder, clock: parts.clock, onFatal: parts.onFatal })
  try {
    const applied = await migrate(database, readMigrations('sqlite'), parts.clock)
    if (applied.length > 0)
      parts.log.info({ count: applied.length, newest: applied.at(-1) }, 'The schema was brought up to date')
    await database.write([releaseAllLanes()])
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Others may be at work on it, so its schema is changed by a command of its own and never by a start. */
const openShared = async (url: string, { clock, log }: Parts): Promise<Database> => {
  const database = openPostgres({ url, clock, log })
  try {
    const aheadBy = await checkSchema(database, readMigrations('postgres'))
    if (aheadBy > 0) log.warn({ aheadBy }, 'The schema is newer than this version knows, as during an upgrade')
    database.sequence()
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The database of a server, with its schema as this version needs it. */
export const openDatabase = ({ database, dataFolder }: Storage, parts: Parts): Promise<Database> =>
  database.kind === 'postgres' ? openShared(database.url, parts) : openEmbedded(dataFolder, parts)

/** Where the original bytes are. */
export const openBlobs = ({ blobs, dataFolder: folder }: Config, { clock, random, log }: Parts): Promise<BlobStore> =>
  blobs.kind === 'disk'
    ? openDiskBlobStore({ folder, clock, random })
    : openS3BlobStore({ place: blobs, credentials: blobs.credentials, folder, clock, random, log })

/** What seals secrets and keys at rest; on the embedded database it makes its key when there is nothing to open yet. */
export const openSealer = async (config: Config, database: Database, random: Random): Promise<Sealer> => {
  const keys = config.masterKeys ?? [
    await keepMasterKey({ folder: config.dataFolder, random, mayMake: !(await hasSealedRows(database)) }),
  ]
  return createSealer(keys, random)
}
