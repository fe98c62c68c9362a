/** The name of one blob: 32 lower-case hex digits, random, its own for every upload and never given twice. */
export type BlobKey = string

/** Part of a blob, in bytes: from `start` up to but without `end`; cut to the blob's size. */
export type ByteRange = { start: number; end: number }

/** What an upload may cost. */
export type TemporaryOptions = {
  /** Bytes accepted. */
  maxBytes: number
  /** Ends the upload: its reason is thrown, also while the source is silent. */
  signal?: AbortSignal | undefined
}

/** Uploaded bytes that are not kept yet. Its owner ends it with `makePermanent` or `discard`; a crash ends it too. */
export type TemporaryBlob = {
  readonly sizeBytes: number
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly digest: string
  /** A local file with the bytes, whatever the driver: there until the blob is made permanent or discarded. */
  readonly path: string
  /**
   * Keeps the bytes under a new key. Once this has resolved they survive a power cut. Calling again answers the same
   * key; calling after `discard` throws. When it fails, `discard` it.
   * @throws AppError `unavailable` when there is no room, or the storage cannot be used.
   */
  makePermanent(): Promise<BlobKey>
  /** Lets the bytes go. Does nothing the second time, and nothing to a blob that was made permanent. */
  discard(): Promise<void>
}

/** A blob that is being read. */
export type StoredBlob = {
  /** The whole blob's size, also when a range is read. */
  readonly sizeBytes: number
  /** The asked bytes. Read it to its end or cancel it: until then a file or a connection is held open. */
  readonly body: ReadableStream<Uint8Array>
}

/** A blob in a listing. */
export type ListedBlob = {
  readonly key: BlobKey
  /** When it was made permanent, by the storage's clock where it has one of its own. */
  readonly createdAt: number
}

/** Whether the store can write and read, and if not, why: one sentence for the operator. */
export type BlobHealth = { ok: true } | { ok: false; reason: string }

/**
 * Where the original bytes of images are kept. Drivers: a folder (`disk.ts`), S3-compatible storage (`s3.ts`); both pass
 * `conformance.ts`.
 *
 * The promise: what `makePermanent` has acknowledged is there after a power cut. What a crash leaves behind is either
 * temporary, and found by `sweepTemporaries`, or a blob that no image names, and found by `list`.
 *
 * A key that is not formed like one is a fault of the program and throws; a key without a blob is an answer. Storage
 * that cannot be used at the moment is an AppError `unavailable`, in the middle of a body too.
 */
export type BlobStore = {
  /**
   * Streams an upload into a temporary blob, hashing and counting on the way; holds no more than a chunk in memory.
   * On any failure nothing is left behind, and the source is told to stop.
   * @throws AppError `image_too_large` beyond `maxBytes`, `unavailable` when there is no room; what the source throws.
   */
  createTemporary(source: AsyncIterable<Uint8Array>, options: TemporaryOptions): Promise<TemporaryBlob>
  /** Opens a blob; undefined when there is none. A range that holds nothing gives an empty body. */
  read(key: BlobKey, range?: ByteRange): Promise<StoredBlob | undefined>
  /** A whole blob in memory; undefined when there is none. Throws when it is over `maxBytes`. */
  readAll(key: BlobKey, maxBytes: number): Promise<Uint8Array | undefined>
  /** Removes a blob; does nothing when there is none. Remove it only after the row that names it. */
  remove(key: BlobKey): Promise<void>
  /** All permanent blobs of at least that age, in no order; blobs that come or go meanwhile may or may not be seen. */
  list(options: { olderThanMs: number }): AsyncIterable<ListedBlob>
  /** Removes temporaries that a crash left, of at least that age; never one that is in use here. Answers how many. */
  sweepTemporaries(olderThanMs: number): Promise<number>
  /** Writes, reads and removes a few bytes. */
  healthy(): Promise<BlobHealth>
}
