import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { checkBlobKey, newBlobKey } from './blob-key.ts'
import type { BlobHealth, BlobKey, BlobStore, ByteRange } from './blob-store.ts'
import { type FileSystem, localFiles } from './file-system.ts'
import { drain, readExactly, streamBody } from './s3-body.ts'
import { createS3Client, type Patience, type S3ClientOptions } from './s3-client.ts'
import { StorageError } from './s3-error.ts'
import { createListing } from './s3-list.ts'
import { createUpload } from './s3-upload.ts'
import { createTemporaries } from './temporaries.ts'

/** What the S3 driver is made of. */
export type S3Options = S3ClientOptions & {
  /** An existing folder of this machine; uploads on their way live in `<folder>/blobs/tmp`. */
  folder: string
  /** Default: the machine's files. */
  files?: FileSystem
}

/** Whoever asks for the health does not wait for minutes. */
const healthPatience: Patience = { attemptCount: 1, answerMs: 5000 }

const emptyBody = (): ReadableStream<Uint8Array> => new Blob([]).stream()

/** A size as the storage writes it. */
const readSize = (text: string | null | undefined): number => {
  if (!text || !/^\d{1,15}$/.test(text))
    throw new StorageError('The storage answered without the size of the object.', { mayPass: false })
  return Number(text)
}

const sizeOf = (response: Response): number => readSize(response.headers.get('content-length'))

/**
 * Opens the blobs in S3-compatible storage, one object each, named by the prefix and the key. Uploads are local files
 * until they are kept, so that they can be looked at; any number of machines may use one bucket. Nothing is sent until
 * it is needed: whether the storage can be used is what `healthy` says.
 * @throws the file system's own error when the folder is missing or cannot be written.
 */
export const openS3BlobStore = async (options: S3Options): Promise<BlobStore> => {
  const { place, folder, clock, random, files = localFiles } = options
  const client = createS3Client(options)
  const upload = createUpload(client)
  const temporaryFolder = join(folder, 'blobs', 'tmp')
  await files.makeFolder(join(folder, 'blobs'))
  await files.makeFolder(temporaryFolder)

  const temporaries = createTemporaries({
    folder: temporaryFolder,
    clock,
    random,
    files,
    async keep(file, path, content) {
      const key = newBlobKey(random)
      await upload(key, await files.blobOf(path), content)
      await file.close()
      // The blob is kept whatever happens to its local copy, which is swept if it stays.
      await files.removeFile(path).catch(() => undefined)
      return key
    },
  })

  const readSizeOf = (key: BlobKey): Promise<number | undefined> =>
    client.send({ method: 'HEAD', name: key, accept: [404] }, async (response) =>
      response.ok ? sizeOf(response) : undefined,
    )

  const readNothing = async (key: BlobKey) => {
    const sizeBytes = await readSizeOf(key)
    return sizeBytes === undefined ? undefined : { sizeBytes, body: emptyBody() }
  }

  const readWhole = (key: BlobKey) =>
    client.send({ method: 'GET', name: key, accept: [404] }, async (response) => {
      if (!response.ok) return undefined
      const sizeBytes = sizeOf(response)
      return { sizeBytes, body: streamBody(response, sizeBytes, clock) }
    })

  const readRange = async (key: BlobKey, start: number, end: number) => {
    const last = end === Infinity ? '' : end - 1
    const headers = { range: `bytes=${start}-${last}` }
    const found = await client.send({ method: 'GET', name: key, headers, accept: [404, 416] }, async (response) => {
      if (!response.ok) return response.status
      const [, first, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? []
      const sizeBytes = readSize(size)
      if (Number(first) !== start)
        throw new StorageError('The storage answered another range than it was asked for.', { mayPass: false })
      return { sizeBytes, body: streamBody(response, Math.min(end, sizeBytes) - start, clock) }
    })
    if (found === 404) return undefined
    return typeof found === 'number' ? readNothing(key) : found
  }

  const readAll = async (key: BlobKey, maxBytes: number, patience?: Patience): Promise<Uint8Array | undefined> => {
    checkBlobKey(key)
    return client.send({ method: 'GET', name: key, accept: [404], ...(patience && { patience }) }, async (response) => {
      if (!response.ok) return undefined
      const sizeBytes = sizeOf(response)
      if (sizeBytes > maxBytes) throw new Error(`the blob ${key} is over ${maxBytes} bytes`)
      return readExactly(response, sizeBytes)
    })
  }

  const remove = async (key: BlobKey, patience?: Patience): Promise<void> => {
    checkBlobKey(key)
    await client.send({ method: 'DELETE', name: key, accept: [404], ...(patience && { patience }) }, drain)
  }

  const tryOut = async (): Promise<BlobHealth> => {
    // A key like any other's, so that what a crash leaves of it is swept as any other blob without an image.
    const key = newBlobKey(random)
    const written = Buffer.from('imagehooks')
    const content = { sizeBytes: written.length, digest: createHash('sha256').update(written).digest('hex') }
    await upload(key, new Blob([written]), content, healthPatience)
    const found = await readAll(key, written.length, healthPatience)
    await remove(key, healthPatience)
    return found && written.equals(found)
      ? { ok: true }
      : { ok: false, reason: 'The storage does not give back what was written to it.' }
  }

  return {
    createTemporary: temporaries.create,
    sweepTemporaries: temporaries.sweep,
    list: createListing(client, place.prefix, clock),
    async read(key, range?: ByteRange) {
      checkBlobKey(key)
      if (!range) return readWhole(key)
      const start = Math.max(0, range.start)
      return range.end > start ? readRange(key, start, range.end) : readNothing(key)
    },
    readAll: (key, maxBytes) => readAll(key, maxBytes),
    remove: (key) => remove(key),
    async healthy() {
      try {
        return await tryOut()
      } catch (error) {
        if (!(error instanceof AppError) || !(error.cause instanceof StorageError)) throw error
        return { ok: false, reason: error.cause.message }
      }
    },
  }
}
