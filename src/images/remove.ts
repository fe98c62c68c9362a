import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import type { Image } from '../domain/image.ts'
import { deleteDraft } from '../store/direct-uploads.ts'
import { writeAndTell } from '../store/events.ts'
import { deleteImage, findImage } from '../store/images.ts'
import { announce, type ImagesParts, nextEventAt, variantUrlsOf } from './parts.ts'

const mostTries = 10

/** Bytes go after the row. What cannot be removed now is swept later; nobody can reach it any more. */
const removeBytes = async ({ blobs, removeRenditions, log }: ImagesParts, { blobKey }: Image): Promise<void> => {
  for (const outcome of await Promise.allSettled([blobs.remove(blobKey), removeRenditions(blobKey)]))
    if (outcome.status === 'rejected')
      log.warn({ err: outcome.reason, blobKey }, 'Bytes of a removed image stay until the sweep')
}

/** Whether this call took the row away; false when something changed meanwhile and has to be looked at again. */
const deleteRow = async (parts: ImagesParts, account: Account, image: Image, at: number): Promise<boolean> => {
  const variants = (await variantUrlsOf(parts, account))(image.id)
  const event = announce(parts, { type: 'image.deleted', at, image, variants })
  try {
    return (await writeAndTell(parts.database, [...deleteImage(image), ...event])).committed
  } catch (cause) {
    const present = await findImage(parts.database, account.id, image.id).catch(() => image)
    if (present?.blobKey !== image.blobKey) return true
    throw new AppError('unavailable', 'The server could not confirm that the image was removed; try again.', { cause })
  }
}

/**
 * Removes an image and announces it, then its bytes; of a draft, which nobody was told of, only the rows. False when there
 * is none.
 */
export const remove = async (parts: ImagesParts, account: Account, imageId: string): Promise<boolean> => {
  let at = parts.clock.now()
  for (let tries = 0; tries < mostTries; tries++) {
    const image = await findImage(parts.database, account.id, imageId)
    if (!image) return (await parts.database.write(deleteDraft(account.id, imageId))).committed
    if (await deleteRow(parts, account, image, at)) {
      await removeBytes(parts, image)
      return true
    }
    at = await nextEventAt(parts, image)
  }
  throw new AppError('unavailable', 'The image is being changed by others; try again.')
}
