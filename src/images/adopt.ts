import type { TemporaryBlob } from '../blobs/blob-store.ts'
import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import { type Image, isCustomId } from '../domain/image.ts'
import { findImage } from '../store/images.ts'
import { letGo, tryCommit } from './commit.ts'
import { checkDetails, type UploadDetails } from './details.ts'
import { keep, withReceived } from './keep.ts'
import { announce, type ImagesParts, nextEventAt, type ShownImage, variantUrlsOf } from './parts.ts'
import { newRow } from './upload.ts'

/** What an image was where it comes from. */
export type AdoptDetails = UploadDetails & {
  /** Kept as it is: also one that was generated there, which no upload may choose. */
  readonly id: string
  readonly uploadedAt: number
  /** Whether `image.uploaded` is announced, at the time of the adoption. */
  readonly events: boolean
}

export type Adopted = ShownImage & {
  /** False when the image was here already, with the same bytes. */
  readonly adopted: boolean
}

/** How far the clocks of two services may differ. */
const clockToleranceMs = 300_000
const mostTries = 10

const checkAdopted = ({ clock }: ImagesParts, details: AdoptDetails): void => {
  checkDetails({ ...details, id: isCustomId(details.id) ? details.id : undefined })
  if (details.uploadedAt < 0 || details.uploadedAt > clock.now() + clockToleranceMs)
    throw new AppError('bad_request', 'uploaded must be a time between 1970 and now.', { pointer: 'uploaded' })
}

/** The image of that id, where it has the same bytes. @throws AppError `image_exists` where it has others. */
const presentImage = async (
  { database }: ImagesParts,
  account: Account,
  id: string,
  { digest }: TemporaryBlob,
): Promise<Image | undefined> => {
  const present = await findImage(database, account.id, id)
  if (present && present.digest !== digest)
    throw new AppError(
      'image_exists',
      `Another image with the id "${id}" already exists; delete the one that is not wanted.`,
      { pointer: 'id' },
    )
  return present
}

const commit = async (parts: ImagesParts, account: Account, image: Image, events: boolean): Promise<ShownImage> => {
  const shown = { image, variants: (await variantUrlsOf(parts, account))(image.id) }
  let at = parts.clock.now()
  for (let tries = 0; tries < mostTries; tries++) {
    const refusal = await tryCommit(parts, image, [
      ...newRow(parts, image.id)(image),
      ...(events ? [{ statements: announce(parts, { type: 'image.uploaded', at, ...shown }) }] : []),
    ])
    if (refusal === undefined) return shown
    if (refusal !== 'time_taken') break
    at = await nextEventAt(parts, image)
  }
  await letGo(parts, image.blobKey)
  throw new AppError('image_exists', `An image with the id "${image.id}" was stored meanwhile; look at it.`, {
    pointer: 'id',
  })
}

/**
 * Takes over an image from another service, with its id and its upload time. Doing it again changes nothing. The received
 * bytes are used up either way.
 * @throws AppError what `probe` and `checkDetails` refuse, `bad_request` for a time to come, `image_exists` where other
 * bytes have that id, `unavailable`.
 */
export const adopt = (
  parts: ImagesParts,
  account: Account,
  temporary: TemporaryBlob,
  { uploadedAt, events, ...details }: AdoptDetails,
): Promise<Adopted> =>
  withReceived(parts, temporary, async () => {
    checkAdopted(parts, { ...details, uploadedAt, events })
    const present = await presentImage(parts, account, details.id, temporary)
    if (present) return { image: present, variants: (await variantUrlsOf(parts, account))(present.id), adopted: false }
    const kept = await keep(parts, temporary, { ...details, accountId: account.id, uploadedAt })
    return { ...(await commit(parts, account, { ...kept, uploadedAt }, events)), adopted: true }
  })
