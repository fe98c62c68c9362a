import { open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { syncFolder } from './sync-folder.ts'

/** The text of a file; undefined when there is none. */
export const readPrivateFile = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Writes a file that its owner alone may read (mode 0600), whole or not at all: whoever looks, even after a crash, sees
 * the old text or the new. Makes the folder (0700); a ConfigError tells why it cannot. Only for the one process that
 * owns the folder.
 */
export const writePrivateFile = async (path: string, text: string): Promise<void> => {
  makeFolder(dirname(path))
  const temporary = join(dirname(path), `.${basename(path)}.new`)
  // What a crash left behind could have other rights.
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}
