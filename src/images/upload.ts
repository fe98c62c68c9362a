import type { TemporaryBlob } from '../blobs/blob-store.ts'
import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import { newImageId } from '../domain/id.ts'
import type { Image } from '../domain/image.ts'
import { probe } from '../pixels/probe.ts'
import { writeAndTell } from '../store/events.ts'
import { findImage, insertImage } from '../store/images.ts'
import { checkDetails, type UploadDetails } from './details.ts'
import { announce, type ImagesParts, nextEventAt, type ShownImage, variantUrlsOf } from './parts.ts'

/** The sweep removes a blob without a row after a day; an upload that takes an hour from blob to row is given up. */
const commitWithinMs = 3_600_000

/** The id may have had an image before, with events up to this very millisecond; each try takes a later time. */
const mostTries = 10

/** Removes a blob that no row names, for certain. What cannot be removed now is swept later. */
const letGo = async ({ blobs, log }: ImagesParts, blobKey: string): Promise<void> => {
  try {
    await blobs.remove(blobKey)
  } catch (error) {
    log.warn({ err: error, blobKey }, 'A blob of a refused upload stays until the sweep')
  }
}

/** What a commit came to when nobody said: the row tells, where the database answers again. */
const isStored = async ({ database, log }: ImagesParts, image: Image): Promise<boolean> => {
  try {
    return (await findImage(database, image.accountId, image.id))?.blobKey === image.blobKey
  } catch (error) {
    log.warn({ err: error, imageId: image.id }, 'An upload could not be looked up after its commit was lost')
    return false
  }
}

type Commit = 'stored' | 'id_taken' | 'time_taken'

const commit = async (parts: ImagesParts, { image, variants }: ShownImage): Promise<Commit> => {
  const event = announce(parts, { type: 'image.uploaded', at: image.uploadedAt, image, variants })
  try {
    const outcome = await writeAndTell(parts.database, [insertImage(image), ...event])
    if (outcome.committed) return 'stored'
    return outcome.index === 0 ? 'id_taken' : 'time_taken'
  } catch (cause) {
    if (await isStored(parts, image)) return 'stored'
    // The commit may still arrive, so the blob stays; without a row it is swept.
    throw new AppError(
      'unavailable',
      'The server could not confirm that the image was stored; look for it before you upload it again.',
      { cause },
    )
  }
}

/** The row, its event and its deliveries, in one unit. The blob is gone again if the unit surely did not hold. */
const store = async (parts: ImagesParts, account: Account, image: Image): Promise<ShownImage> => {
  const keptAt = image.uploadedAt
  const variants = (await variantUrlsOf(parts, account))(image.id)
  let uploadedAt = keptAt
  for (let tries = 0; tries < mostTries && parts.clock.now() - keptAt <= commitWithinMs; tries++) {
    const shown = { image: { ...image, uploadedAt }, variants }
    const outcome = await commit(parts, shown)
    if (outcome === 'stored') return shown
    if (outcome === 'id_taken') {
      await letGo(parts, image.blobKey)
      const message = `An image with the id "${image.id}" already exists; delete it or choose another id.`
      throw new AppError('image_exists', message, { pointer: 'id' })
    }
    uploadedAt = await nextEventAt(parts, image)
  }
  await letGo(parts, image.blobKey)
  throw new AppError('unavailable', 'The server took too long to store the image; upload it again.')
}

/**
 * Stores an image: probes the bytes, keeps them, then writes the row, its event and a delivery for each endpoint that
 * wants it in one commit. When this resolves all of it survives a power cut. The temporary blob is used up either way,
 * and a refused upload leaves nothing.
 * @throws AppError what `probe` and `checkDetails` refuse, `image_exists`, `unavailable`.
 */
export const upload = async (
  parts: ImagesParts,
  account: Account,
  temporary: TemporaryBlob,
  details: UploadDetails,
): Promise<ShownImage> => {
  try {
    checkDetails(details)
    const { format, width, height } = await parts.renderQueue.run(() => probe({ path: temporary.path }))
    const { filename, meta, creator, requireSignedURLs } = details
    const uploadedAt = parts.clock.now()
    return await store(parts, account, {
      accountId: account.id,
      id: details.id ?? newImageId(parts.random),
      filename,
      format,
      width,
      height,
      sizeBytes: temporary.sizeBytes,
      blobKey: await temporary.makePermanent(),
      digest: temporary.digest,
      meta,
      creator,
      requireSignedURLs,
      uploadedAt,
    })
  } finally {
    await temporary.discard().catch((error: unknown) => {
      parts.log.warn({ err: error }, 'A temporary blob stays until the sweep')
    })
  }
}
