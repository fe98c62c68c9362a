import { open } from 'node:fs/promises'

/** Writes a folder's names through to the disk, so that a rename in it survives a power cut. */
export const syncFolder = async (path: string): Promise<void> => {
  // Windows cannot open a folder, and writes its names through by itself.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
