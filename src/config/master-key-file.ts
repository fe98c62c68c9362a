import { join } from 'node:path'
import type { Random } from '../domain/random.ts'
import { ConfigError } from './config-error.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'
import { createMasterKey, decodeMasterKey, type MasterKey, masterKeyBytes } from './secrets.ts'

export type MasterKeyFileOptions = {
  /** The data folder; this process must own it. */
  readonly folder: string
  readonly random: Random
  /** False when something was sealed before, so that a new key would hide that it can no longer be opened. */
  readonly mayMake: boolean
}

/**
 * The master key kept in the data folder (`master.key`, base64, mode 0600), made when it is missing. Throws a
 * ConfigError when the file holds no key, or when it is missing and must not be made.
 */
export const keepMasterKey = async ({ folder, random, mayMake }: MasterKeyFileOptions): Promise<MasterKey> => {
  const path = join(folder, 'master.key')
  const text = await readPrivateFile(path)
  if (text === undefined && !mayMake)
    throw new ConfigError(
      `The master key ${path} is missing, and the data folder holds secrets sealed with it: bring the file back or set IMAGEHOOKS_MASTER_KEY.`,
    )
  const bytes = text === undefined ? random.bytes(masterKeyBytes) : decodeMasterKey(text.trim())
  if (!bytes) throw new ConfigError(`The master key ${path} is damaged: bring the file back from a backup.`)
  if (text === undefined) await writePrivateFile(path, `${Buffer.from(bytes).toString('base64')}\n`)
  return createMasterKey(bytes)
}
