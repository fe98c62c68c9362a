import type { TemporaryBlob } from '../blobs/blob-store.ts'
import type { Image, ImageRecord } from '../domain/image.ts'
import { probe } from '../pixels/probe.ts'
import type { ImagesParts } from './parts.ts'

/**
 * Probes received bytes and makes them permanent; the image is not committed yet.
 * @throws AppError what `probe` refuses, `unavailable`.
 */
export const keep = async (parts: ImagesParts, temporary: TemporaryBlob, record: ImageRecord): Promise<Image> => {
  const { format, width, height } = await parts.renderQueue.run(() => probe({ path: temporary.path }))
  return {
    ...record,
    uploadedAt: parts.clock.now(),
    format,
    width,
    height,
    sizeBytes: temporary.sizeBytes,
    blobKey: await temporary.makePermanent(),
    digest: temporary.digest,
  }
}

/** Does something with received bytes; what was not kept of them is gone after that, whatever came of it. */
export const withReceived = async <Result>(
  { log }: ImagesParts,
  temporary: TemporaryBlob,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work()
  } finally {
    await temporary.discard().catch((error: unknown) => {
      log.warn({ err: error }, 'A temporary blob stays until the sweep')
    })
  }
}
