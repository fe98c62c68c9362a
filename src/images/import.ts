import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import { findImage } from '../store/images.ts'
import { commitImage } from './commit.ts'
import { checkDetails, type UploadDetails } from './details.ts'
import { announceFailure } from './failure.ts'
import { keep, withReceived } from './keep.ts'
import { type Answering, earlierAnswer } from './once.ts'
import type { ImagesParts, ShownImage } from './parts.ts'
import { fetchSource, type Source } from './source.ts'
import { newRow, recordOf } from './upload.ts'

/**
 * Stores an image that the server fetches by itself, at most a few at a time. Once the source is being fetched the
 * upload counts as accepted: whatever the source or its bytes do wrong after that is announced as `image.upload_failed`,
 * under the id that the image would have had.
 * @throws AppError as `upload`, and `source_failed` or `image_too_large` for what the source did.
 */
export const importFrom = async (
  parts: ImagesParts,
  account: Account,
  source: Source,
  details: Omit<UploadDetails, 'filename'>,
  answering: Answering<ShownImage>,
): Promise<string> => {
  const named = { ...details, filename: source.filename }
  checkDetails(named)
  const answer = await earlierAnswer(parts, account, answering.once)
  if (answer !== undefined) return answer
  if (details.id !== undefined && (await findImage(parts.database, account.id, details.id)))
    throw new AppError(
      'image_exists',
      `An image with the id "${details.id}" already exists; delete it or choose another id.`,
      {
        pointer: 'id',
      },
    )
  const record = recordOf(parts, account, named)
  try {
    const temporary = await parts.importQueue.run(() => fetchSource(parts, source))
    return await withReceived(parts, temporary, async () => {
      const image = await keep(parts, temporary, record)
      return commitImage(parts, account, image, newRow(parts, details.id), answering)
    })
  } catch (error) {
    const ours = !(error instanceof AppError) || error.code === 'unavailable' || error.code === 'image_exists'
    if (!ours) await announceFailure(parts, account, record, error)
    throw error
  }
}
