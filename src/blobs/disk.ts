import { join } from 'node:path'
import type { Clock } from '../domain/clock.ts'
import type { Random } from '../domain/random.ts'
import { checkBlobKey, isBlobKey, newBlobKey } from './blob-key.ts'
import type { BlobHealth, BlobKey, BlobStore, ListedBlob } from './blob-store.ts'
import { type FileSystem, localFiles, type NewFile } from './file-system.ts'
import { streamOf } from './streams.ts'
import { createTemporaries } from './temporaries.ts'

/** What the disk driver is made of. */
export type DiskOptions = {
  /** An existing folder; blobs live in `<folder>/blobs/ab/<key>`, temporaries in `<folder>/blobs/tmp`. */
  folder: string
  clock: Clock
  random: Random
  /** Default: the machine's files. */
  files?: FileSystem
}

const shardForm = /^[0-9a-f]{2}$/

/** Makes folders so that they outlast a power cut; each is made once, and awaited by all who need it meanwhile. */
const createFolders = (files: FileSystem) => {
  const ready = new Map<string, Promise<void>>()
  return (parent: string, name: string): Promise<void> => {
    const path = join(parent, name)
    const known = ready.get(path)
    if (known) return known
    // A folder that is already there may have been made just before a crash: its name is synced all the same.
    const made = files.makeFolder(path).then(() => files.syncFolder(parent))
    ready.set(path, made)
    made.catch(() => ready.delete(path))
    return made
  }
}

/** Writes, reads and removes a file, and says what went wrong. */
const tryOut = async (files: FileSystem, path: string): Promise<BlobHealth> => {
  const written = Buffer.from('imagehooks')
  try {
    const file = await files.createFile(path)
    try {
      await file.write(written)
      await file.sync()
    } finally {
      await file.close()
    }
    const opened = await files.openFile(path)
    const found = await opened?.read(0, written.length)
    await opened?.close()
    await files.removeFile(path)
    return found && written.equals(found)
      ? { ok: true }
      : { ok: false, reason: 'The blob folder does not give back what was written to it.' }
  } catch (error) {
    return { ok: false, reason: `The blob folder cannot be used: ${String(error)}.` }
  }
}

/**
 * Opens the blobs in a folder. Files can be read by their owner only. One process owns a folder at a time.
 * @throws the file system's own error when the folder is missing or cannot be written.
 */
export const openDiskBlobStore = async ({
  folder,
  clock,
  random,
  files = localFiles,
}: DiskOptions): Promise<BlobStore> => {
  const root = join(folder, 'blobs')
  const ensureFolder = createFolders(files)
  await ensureFolder(folder, 'blobs')
  await ensureFolder(root, 'tmp')

  const shardOf = (key: BlobKey): string => join(root, key.slice(0, 2))
  const pathOf = (key: BlobKey): string => {
    checkBlobKey(key)
    return join(shardOf(key), key)
  }

  const keep = async (file: NewFile, path: string): Promise<BlobKey> => {
    const key = newBlobKey(random)
    await file.setTime(clock.now())
    await Promise.all([file.sync(), ensureFolder(root, key.slice(0, 2))])
    await file.close()
    await files.rename(path, pathOf(key))
    await files.syncFolder(shardOf(key))
    return key
  }
  const temporaries = createTemporaries({ folder: join(root, 'tmp'), clock, random, files, keep })

  async function* list({ olderThanMs }: { olderThanMs: number }): AsyncIterable<ListedBlob> {
    const latest = clock.now() - olderThanMs
    for await (const shard of files.listFolder(root)) {
      if (!shardForm.test(shard)) continue
      for await (const key of files.listFolder(join(root, shard))) {
        const status = isBlobKey(key) ? await files.status(pathOf(key)) : undefined
        if (status && status.changedAt <= latest) yield { key, createdAt: status.changedAt }
      }
    }
  }

  return {
    createTemporary: temporaries.create,
    sweepTemporaries: temporaries.sweep,
    list,
    healthy: () => tryOut(files, temporaries.newPath()),
    async read(key, range = { start: 0, end: Infinity }) {
      const file = await files.openFile(pathOf(key))
      return file && { sizeBytes: file.sizeBytes, body: streamOf(file, range) }
    },
    async readAll(key, maxBytes) {
      const file = await files.openFile(pathOf(key))
      if (!file) return undefined
      try {
        if (file.sizeBytes > maxBytes) throw new Error(`the blob ${key} is over ${maxBytes} bytes`)
        return await file.read(0, file.sizeBytes)
      } finally {
        await file.close()
      }
    },
    async remove(key) {
      await files.removeFile(pathOf(key))
    },
  }
}
