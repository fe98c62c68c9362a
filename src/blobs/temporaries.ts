import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Random } from '../domain/random.ts'
import type { BlobKey, TemporaryBlob, TemporaryOptions } from './blob-store.ts'
import { type FileSystem, type NewFile, withRoom } from './file-system.ts'
import { untilAborted } from './streams.ts'

/** What is known of a temporary's bytes. */
export type BlobContent = Pick<TemporaryBlob, 'sizeBytes' | 'digest'>

/** What the temporaries of a driver are made of. */
export type TemporariesOptions = {
  /** An existing folder, for temporaries alone. */
  folder: string
  clock: Clock
  random: Random
  files: FileSystem
  /** The driver's part: keeps a file that is complete and still open, and answers its key. The file is gone after. */
  keep(file: NewFile, path: string, content: BlobContent): Promise<BlobKey>
}

/** Uploads on their way, as local files, whatever the driver behind them. */
export type Temporaries = {
  /** See `BlobStore.createTemporary`. */
  create(source: AsyncIterable<Uint8Array>, options: TemporaryOptions): Promise<TemporaryBlob>
  /** See `BlobStore.sweepTemporaries`. */
  sweep(olderThanMs: number): Promise<number>
  /** A path in the folder that nobody has. */
  newPath(): string
}

/** A name tells when its file was begun, so that a leftover can be judged by its name alone. */
const nameForm = /^(\d{1,16})-[0-9a-f]{16}$/

/** Writes a source to a file, hashing and counting, and answers both. */
const fill = async (
  file: NewFile,
  source: AsyncIterable<Uint8Array>,
  { maxBytes, signal }: TemporaryOptions,
): Promise<BlobContent> => {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of untilAborted(source, signal)) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes)
      throw new AppError('image_too_large', `The file is over ${maxBytes} bytes; send a smaller image.`, {
        pointer: 'file',
      })
    hash.update(chunk)
    await withRoom(() => file.write(chunk))
  }
  return { sizeBytes, digest: hash.digest('hex') }
}

/** Temporaries in a folder. */
export const createTemporaries = ({ folder, clock, random, files, keep }: TemporariesOptions): Temporaries => {
  const inUse = new Set<string>()
  const newName = (): string => `${clock.now()}-${Buffer.from(random.bytes(8)).toString('hex')}`

  /** The two ends of an open file: kept, or gone. Whichever comes first counts. */
  const endings = (name: string, file: NewFile) => {
    const path = join(folder, name)
    let kept: Promise<BlobKey> | undefined
    let discarded: Promise<void> | undefined
    const remove = async (): Promise<void> => {
      try {
        const [keeping] = await Promise.allSettled([kept])
        if (kept && keeping.status === 'fulfilled') return
        await file.close()
        await files.removeFile(path)
      } finally {
        inUse.delete(name)
      }
    }
    return {
      path,
      async makePermanent(content: BlobContent): Promise<BlobKey> {
        if (discarded && !kept) throw new Error('a discarded upload cannot be kept')
        kept ??= withRoom(() => keep(file, path, content))
        const key = await kept
        inUse.delete(name)
        return key
      },
      discard: (): Promise<void> => (discarded ??= remove()),
    }
  }

  return {
    newPath: () => join(folder, newName()),
    async create(source, options) {
      const name = newName()
      const file = await withRoom(() => files.createFile(join(folder, name)))
      inUse.add(name)
      const blob = endings(name, file)
      try {
        const content = await fill(file, source, options)
        return { ...content, ...blob, makePermanent: () => blob.makePermanent(content) }
      } catch (error) {
        // The first failure is what the caller must hear of; a file that cannot be removed now is swept later.
        await blob.discard().catch(() => undefined)
        throw error
      }
    },
    async sweep(olderThanMs) {
      const latest = clock.now() - olderThanMs
      let sweptCount = 0
      for await (const name of files.listFolder(folder)) {
        const begunAt = Number(nameForm.exec(name)?.[1] ?? Infinity)
        if (begunAt > latest || inUse.has(name)) continue
        if (await files.removeFile(join(folder, name))) sweptCount += 1
      }
      return sweptCount
    },
  }
}
