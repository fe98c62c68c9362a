import { isDeepStrictEqual } from 'node:util'
import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import type { Image } from '../domain/image.ts'
import { latestEventAt, writeAndTell } from '../store/events.ts'
import { findImage, updateImage } from '../store/images.ts'
import { checkChange, type ImageChange } from './details.ts'
import { announce, type ImagesParts, type ShownImage, variantUrlsOf } from './parts.ts'

/** Of changes that meet one holds in each round, so so many at once all get their turn. */
const mostTries = 32

const changed = (image: Image, { meta, creator, requireSignedURLs }: ImageChange): Image => ({
  ...image,
  ...(meta !== undefined && { meta }),
  ...(creator !== undefined && { creator }),
  ...(requireSignedURLs !== undefined && { requireSignedURLs }),
})

/** Whether the row, the event and its deliveries were written; false when something changed since it was looked at. */
const commit = async (
  parts: ImagesParts,
  shown: ShownImage & { readonly image: Image },
  latestAt: number,
): Promise<boolean> => {
  const at = Math.max(parts.clock.now(), latestAt + 1)
  const event = announce(parts, { type: 'image.updated', at, ...shown }, latestAt + 1)
  try {
    return (await writeAndTell(parts.database, [...updateImage(shown.image), ...event])).committed
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'The server could not confirm that the image was changed; look at it before you send the change again.',
      { cause },
    )
  }
}

/**
 * Changes an image and announces it, in one commit. A change that changes nothing is neither written nor announced.
 * Renditions stay: they are made of the bytes and the variant alone, and who may see them is asked on every request.
 * Undefined when there is no such image.
 * @throws AppError what `checkChange` refuses, `unavailable`.
 */
export const edit = async (
  parts: ImagesParts,
  account: Account,
  imageId: string,
  change: ImageChange,
): Promise<ShownImage | undefined> => {
  for (let tries = 0; tries < mostTries; tries++) {
    // The event first: an image that changes between the two looks has a later one, and the unit does not hold.
    const latestAt = (await latestEventAt(parts.database, account.id, imageId)) ?? 0
    const image = await findImage(parts.database, account.id, imageId)
    if (!image) return undefined
    checkChange(imageId, change)
    const shown = { image: changed(image, change), variants: (await variantUrlsOf(parts, account))(imageId) }
    if (isDeepStrictEqual(shown.image, image) || (await commit(parts, shown, latestAt))) return shown
  }
  throw new AppError('unavailable', 'The image is being changed by others; try again.')
}
