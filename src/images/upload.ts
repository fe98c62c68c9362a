import type { TemporaryBlob } from '../blobs/blob-store.ts'
import type { Account } from '../domain/account.ts'
import { newImageId } from '../domain/id.ts'
import type { Image, ImageRecord } from '../domain/image.ts'
import { deleteExpiredDraft } from '../store/direct-uploads.ts'
import { storeImage } from '../store/images.ts'
import { commitImage } from './commit.ts'
import { checkDetails, type UploadDetails } from './details.ts'
import { keep, withReceived } from './keep.ts'
import { type Answering, earlierAnswer } from './once.ts'
import type { ImagesParts, ShownImage } from './parts.ts'
import type { Step } from './steps.ts'

/** The record that an upload asks for, with an id of ours where it names none. */
export const recordOf = ({ clock, random }: ImagesParts, account: Account, details: UploadDetails): ImageRecord => ({
  ...details,
  accountId: account.id,
  id: details.id ?? newImageId(random),
  uploadedAt: clock.now(),
})

/** An image's row under an id that nobody has, or that only an expired draft still has. */
export const newRow =
  ({ clock }: ImagesParts, customId: string | undefined) =>
  (image: Image): readonly Step[] => [
    ...(customId === undefined ? [] : [{ statements: [deleteExpiredDraft(image.accountId, customId, clock.now())] }]),
    { statements: storeImage(image), refusedAs: 'image_exists' },
  ]

/**
 * Stores an image: probes the bytes, keeps them, then writes the row, its event and a delivery for each endpoint that
 * wants it in one commit. When this resolves all of it survives a power cut. The temporary blob is used up either way,
 * and a refused upload leaves nothing.
 * @returns the answer's text; of the first request with this key, where it has one.
 * @throws AppError what `probe` and `checkDetails` refuse, `image_exists`, `idempotency_mismatch`, `unavailable`.
 */
export const upload = (
  parts: ImagesParts,
  account: Account,
  temporary: TemporaryBlob,
  details: UploadDetails,
  answering: Answering<ShownImage>,
): Promise<string> =>
  withReceived(parts, temporary, async () => {
    checkDetails(details)
    const answer = await earlierAnswer(parts, account, answering.once)
    if (answer !== undefined) return answer
    const image = await keep(parts, temporary, recordOf(parts, account, details))
    return commitImage(parts, account, image, newRow(parts, details.id), answering)
  })
