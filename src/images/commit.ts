import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import type { Image } from '../domain/image.ts'
import { writeAndTell } from '../store/events.ts'
import { findImage } from '../store/images.ts'
import { type Answering, earlierAnswer, rememberStep } from './once.ts'
import { announce, type ImagesParts, nextEventAt, type ShownImage, variantUrlsOf } from './parts.ts'
import { type Refusal, refusalOf, type Step, unitOf } from './steps.ts'

/** The sweep removes a blob without a row after a day; an upload that takes an hour from blob to row is given up. */
const commitWithinMs = 3_600_000

/** The id may have had an image before, with events up to this very millisecond; each try takes a later time. */
const mostTries = 10

/** Removes a blob that no row names, for certain. What cannot be removed now is swept later. */
export const letGo = async ({ blobs, log }: ImagesParts, blobKey: string): Promise<void> => {
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

/**
 * Writes the steps; why they did not hold, or undefined.
 * @throws AppError `unavailable` where nobody can say what came of it.
 */
export const tryCommit = async (
  parts: ImagesParts,
  image: Image,
  steps: readonly Step[],
): Promise<Refusal | undefined> => {
  try {
    return refusalOf(steps, await writeAndTell(parts.database, unitOf(steps)))
  } catch (cause) {
    if (await isStored(parts, image)) return undefined
    // The commit may still arrive, so the blob stays; without a row it is swept.
    throw new AppError(
      'unavailable',
      'The server could not confirm that the image was stored; look for it before you upload it again.',
      { cause },
    )
  }
}

const sentences = {
  image_exists: (id: string) => `An image with the id "${id}" already exists; delete it or choose another id.`,
  upload_url_used: () => 'This upload URL was used already; ask for a new one.',
} as const

/**
 * Commits an image with its event, a delivery for each endpoint that wants it, and the answer to its request, all or
 * nothing. The blob is gone again when that surely did not hold. `rowSteps` are the image's own.
 * @returns the answer's text, of an earlier request with the same key too.
 * @throws AppError what the steps are refused as, `unavailable`.
 */
export const commitImage = async (
  parts: ImagesParts,
  account: Account,
  image: Image,
  rowSteps: (image: Image) => readonly Step[],
  answering: Answering<ShownImage>,
): Promise<string> => {
  const keptAt = image.uploadedAt
  const variants = (await variantUrlsOf(parts, account))(image.id)
  let uploadedAt = keptAt
  for (let tries = 0; tries < mostTries && parts.clock.now() - keptAt <= commitWithinMs; tries++) {
    const shown = { image: { ...image, uploadedAt }, variants }
    const refusal = await tryCommit(parts, shown.image, [
      ...rememberStep(parts, account, answering, shown),
      ...rowSteps(shown.image),
      { statements: announce(parts, { type: 'image.uploaded', at: uploadedAt, ...shown }) },
    ])
    if (refusal === undefined) return answering.toText(shown)
    if (refusal !== 'time_taken') await letGo(parts, image.blobKey)
    if (refusal === 'key_taken') {
      const answer = await earlierAnswer(parts, account, answering.once)
      if (answer !== undefined) return answer
      break
    }
    if (refusal !== 'time_taken') throw new AppError(refusal, sentences[refusal](image.id), { pointer: 'id' })
    uploadedAt = await nextEventAt(parts, image)
  }
  await letGo(parts, image.blobKey)
  throw new AppError('unavailable', 'The server took too long to store the image; upload it again.')
}
