import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Random } from '../domain/random.ts'
import { type FileSystem, localFiles } from './file-system.ts'
import { createRecentFiles } from './recent-files.ts'

/** What a rendition is of, and how it was made. Any text; the folder holds only hashes of it. */
export type RenditionKey = {
  /** Names the image's bytes, so that an image uploaded anew under an old id is another one: use the blob key. */
  image: string
  /** Everything that decides the result: size, fit, EXIF policy, quality, format, and the renderer's version. */
  rendition: string
}

/** Renditions on disk. All of it may be lost at any time; nothing damaged is ever answered. */
export type RenditionCache = {
  /** The bytes that were put under the key; undefined when they are not there (any more) or were damaged. */
  get(key: RenditionKey): Promise<{ bytes: Uint8Array } | undefined>
  /** Keeps the bytes and lets the least recently used go until the budget holds. Larger than the budget: not kept. */
  put(key: RenditionKey, bytes: Uint8Array): Promise<void>
  /** Removes all renditions of an image. */
  removeImage(image: string): Promise<void>
  /** What is kept now, in bytes on disk and in files. */
  usage(): { sizeBytes: number; count: number }
}

/** What the cache is made of. */
export type RenditionCacheOptions = {
  /** An existing folder; renditions live in `<folder>/renditions`, which may be emptied while nothing runs. */
  folder: string
  /** Bytes on disk, file headers included. */
  budgetBytes: number
  random: Random
  /** Default: the machine's files. */
  files?: FileSystem
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)
const nameOf = ({ image, rendition }: RenditionKey): string => `${hashOf(image)}-${hashOf(rendition)}`
const nameForm = /^[0-9a-f]{32}-[0-9a-f]{32}$/

/** Every file begins with these and the CRC-32 of what follows: files are not synced, and a power cut leaves gaps. */
const signature = Buffer.from('IHR1', 'latin1')
const headerBytes = 8

const seal = (bytes: Uint8Array): Buffer => {
  const header = Buffer.alloc(headerBytes)
  signature.copy(header)
  header.writeUInt32BE(crc32(bytes), signature.length)
  return Buffer.concat([header, bytes])
}

const unseal = (sealed: Uint8Array): Uint8Array | undefined => {
  if (sealed.length <= headerBytes || !signature.equals(sealed.subarray(0, signature.length))) return undefined
  const expected = new DataView(sealed.buffer, sealed.byteOffset).getUint32(signature.length)
  const bytes = sealed.subarray(headerBytes)
  return crc32(bytes) === expected ? bytes : undefined
}

/** Opens the cache. What an earlier process kept is served at once and counted in the background. */
export const openRenditionCache = async ({
  folder,
  budgetBytes,
  random,
  files = localFiles,
}: RenditionCacheOptions): Promise<RenditionCache> => {
  const root = join(folder, 'renditions')
  const temporaries = join(root, 'tmp')
  await files.makeFolder(root)
  await files.makeFolder(temporaries)
  const recent = createRecentFiles()
  const shardOf = (name: string): string => join(root, name.slice(0, 2))
  const pathOf = (name: string): string => join(shardOf(name), name)

  let isCounted = false
  const count = async (): Promise<void> => {
    for await (const name of files.listFolder(temporaries)) await files.removeFile(join(temporaries, name))
    const found: { name: string; sizeBytes: number; changedAt: number }[] = []
    for await (const shard of files.listFolder(root)) {
      if (shard.length !== 2) continue
      for await (const name of files.listFolder(join(root, shard))) {
        const status = nameForm.test(name) ? await files.status(pathOf(name)) : undefined
        if (status) found.push({ name, ...status })
      }
    }
    found.sort((one, other) => one.changedAt - other.changedAt)
    recent.prepend(found.map(({ name, sizeBytes }) => [name, sizeBytes] as const))
    isCounted = true
  }
  const counted = count()
  let lastChange: Promise<unknown> = counted
  // The failure of a change belongs to whoever asked for it, and of the count to all who ask for a change.
  lastChange.catch(() => undefined)

  /** Changes come one after the other, so that the list and the folder say the same. */
  const change = (work: () => Promise<void>): Promise<void> => {
    const changed = lastChange.then(() => counted).then(work)
    lastChange = changed.catch(() => undefined)
    return changed
  }
  const removeNow = async (name: string): Promise<void> => {
    recent.forget(name)
    await files.removeFile(pathOf(name))
  }
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    const file = await files.createFile(path)
    try {
      await file.write(bytes)
    } finally {
      await file.close()
    }
  }

  return {
    async get(key) {
      const name = nameOf(key)
      const file = await files.openFile(pathOf(name))
      if (!file) return undefined
      const sealed = await file.read(0, Math.min(file.sizeBytes, budgetBytes)).finally(() => file.close())
      const bytes = unseal(sealed)
      if (!bytes) {
        await change(() => removeNow(name))
        return undefined
      }
      // A file that is no longer on the list is being removed at this moment: its bytes are good, its place is gone.
      if (recent.has(name) || !isCounted) recent.use(name, sealed.length)
      return { bytes }
    },
    async put(key, bytes) {
      await counted
      const sealed = seal(bytes)
      if (sealed.length > budgetBytes) return
      const name = nameOf(key)
      const temporary = join(temporaries, Buffer.from(random.bytes(16)).toString('hex'))
      try {
        await write(temporary, sealed)
        await change(async () => {
          await files.makeFolder(shardOf(name))
          await files.rename(temporary, pathOf(name))
          recent.use(name, sealed.length)
          for (const gone of recent.shrink(budgetBytes)) await files.removeFile(pathOf(gone))
        })
      } catch (error) {
        await files.removeFile(temporary)
        throw error
      }
    },
    removeImage: (image) =>
      change(async () => {
        const prefix = hashOf(image)
        for await (const name of files.listFolder(shardOf(prefix)))
          if (name.startsWith(`${prefix}-`)) await removeNow(name)
      }),
    usage: recent.usage,
  }
}
