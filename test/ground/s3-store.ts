import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { BlobStore, ListedBlob } from '../../src/blobs/blob-store.ts'
import type { S3Credentials, S3Place } from '../../src/blobs/s3-client.ts'
import { openS3BlobStore } from '../../src/blobs/s3.ts'
import { AppError } from '../../src/domain/errors.ts'
import { systemRandom } from '../../src/domain/random.ts'
import { recordingLog } from '../../src/telemetry/log.ts'
import { fakeClock, type FakeClock } from './fake-clock.ts'
import { s3Proxy } from './s3-proxy.ts'
import type { TestS3 } from './s3-endpoint.ts'
import { temporaryFolder } from './temporary.ts'

/** Timers shorter than this are pauses. */
export const pauseMs = 5000
/** How long the storage may take to answer. */
export const answerMs = 30_000

/** A clock that stands still, but on which pauses between attempts are over at once. */
const hurriedClock = (): FakeClock => {
  const clock = fakeClock(Date.now())
  return {
    ...clock,
    after(delayMs, run) {
      if (delayMs >= pauseMs) return clock.after(delayMs, run)
      const immediate = setImmediate(run)
      return () => clearImmediate(immediate)
    },
  }
}

/** A store by way of a proxy that makes what goes wrong. */
export const faultyStore = async (
  s3: TestS3,
  change: { place?: Partial<S3Place>; credentials?: Partial<S3Credentials> } = {},
) => {
  const proxy = await s3Proxy(s3.newPlace())
  const [clock, log, folder] = [hurriedClock(), recordingLog(), temporaryFolder()]
  const store = await openS3BlobStore({
    place: { ...proxy.place, ...change.place },
    credentials: { ...s3.credentials, ...change.credentials },
    folder,
    clock,
    random: systemRandom,
    log,
  })
  return { proxy, clock, log, store, localFiles: () => readdirSync(join(folder, 'blobs', 'tmp')) }
}

async function* source(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
/** Uploads bytes, up to where they are kept. */
export const upload = async (store: BlobStore, bytes: Uint8Array) =>
  store.createTemporary(source(bytes), { maxBytes: bytes.length })
/** Uploads and keeps bytes; answers their key. */
export const keep = async (store: BlobStore, bytes: Uint8Array): Promise<string> => {
  const temporary = await upload(store, bytes)
  try {
    return await temporary.makePermanent()
  } finally {
    await temporary.discard()
  }
}
/** Everything that the store holds. */
export const listed = async (store: BlobStore): Promise<ListedBlob[]> => {
  const found: ListedBlob[] = []
  for await (const blob of store.list({ olderThanMs: -3_600_000 })) found.push(blob)
  return found
}

/** The sentence for the operator that a failure carries; what callers hear is checked on the way. */
export const sentenceOf = async (failing: Promise<unknown>): Promise<string> => {
  const error: unknown = await failing.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof AppError)) throw error ?? new Error('It did not fail.')
  expect(error.code).toBe('unavailable')
  return error.cause instanceof Error ? error.cause.message : ''
}
