import { openAsBlob } from 'node:fs'
import { mkdir, open, opendir, rename, stat, unlink } from 'node:fs/promises'
import { AppError } from '../domain/errors.ts'
import { syncFolder } from '../config/sync-folder.ts'

/** A new file that is being written. */
export type NewFile = {
  /** Appends the bytes. */
  write(bytes: Uint8Array): Promise<void>
  /** Sets the file's time of change, in milliseconds since 1970. */
  setTime(instantMs: number): Promise<void>
  /** Resolves when the content is on the disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** A file that is being read. */
export type OpenFile = {
  readonly sizeBytes: number
  /** `length` bytes from `position`, fewer only where the file ends. */
  read(position: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** What a file system knows of a file without opening it. */
export type FileStatus = { sizeBytes: number; changedAt: number }

/** The few things that rooms on this floor do with files: small enough to be replaced by one that fails on purpose. */
export type FileSystem = {
  /** Creates a file that only its owner can read; fails when the name is taken. */
  createFile(path: string): Promise<NewFile>
  /** Opens a file; undefined when there is none. */
  openFile(path: string): Promise<OpenFile | undefined>
  /** A file's bytes to be sent, read as they are drained; reading fails when the file has changed meanwhile. */
  blobOf(path: string): Promise<Blob>
  /** undefined when there is no such file. */
  status(path: string): Promise<FileStatus | undefined>
  rename(from: string, to: string): Promise<void>
  /** Removes a file; answers whether it was there. */
  removeFile(path: string): Promise<boolean>
  /** Makes a folder that only its owner can enter, if it is not there yet. Its parent must be. */
  makeFolder(path: string): Promise<void>
  /** Resolves when the names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>
  /** The names in a folder, in no order; none when there is no such folder. */
  listFolder(path: string): AsyncIterable<string>
}

/** The word of the operating system for a failure, such as `ENOENT`; undefined for other failures. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

const noRoomCodes = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EROFS'])

/**
 * Runs work that needs room on the disk.
 * @throws AppError `unavailable` where there is none: the caller may come again. Other failures pass unchanged.
 */
export const withRoom = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  try {
    return await work()
  } catch (error) {
    if (!noRoomCodes.has(systemCode(error) ?? '')) throw error
    throw new AppError('unavailable', 'The server has no room to store images at the moment; try again later.', {
      cause: error,
    })
  }
}

/** Awaits `work`; the given answer stands for a file or folder that is not there. */
const orWhenMissing = async <Value, Missing>(work: Promise<Value>, missing: Missing): Promise<Value | Missing> => {
  try {
    return await work
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return missing
    throw error
  }
}

const createFile = async (path: string): Promise<NewFile> => {
  const file = await open(path, 'wx', 0o600)
  return {
    write: (bytes) => file.writeFile(bytes),
    setTime: (instantMs) => file.utimes(instantMs / 1000, instantMs / 1000),
    sync: () => file.sync(),
    close: () => file.close(),
  }
}

const openFile = async (path: string): Promise<OpenFile | undefined> => {
  const file = await orWhenMissing(open(path, 'r'), undefined)
  if (!file) return undefined
  try {
    const { size } = await file.stat()
    return {
      sizeBytes: size,
      async read(position, length) {
        const buffer = Buffer.allocUnsafe(length)
        let filled = 0
        while (filled < length) {
          const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        return buffer.subarray(0, filled)
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

const makeFolder = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

async function* listFolder(path: string): AsyncIterable<string> {
  const folder = await orWhenMissing(opendir(path), undefined)
  if (!folder) return
  for await (const entry of folder) yield entry.name
}

/** The machine's own files. */
export const localFiles: FileSystem = {
  createFile,
  openFile,
  blobOf: (path) => openAsBlob(path),
  async status(path) {
    const found = await orWhenMissing(stat(path), undefined)
    return found && { sizeBytes: found.size, changedAt: Math.round(found.mtimeMs) }
  },
  rename,
  removeFile: (path) =>
    orWhenMissing(
      unlink(path).then(() => true),
      false,
    ),
  makeFolder,
  syncFolder,
  listFolder,
}
