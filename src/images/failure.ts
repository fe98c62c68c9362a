import { AppError, type ErrorCode } from '../domain/errors.ts'
import type { Account } from '../domain/account.ts'
import type { ImageRecord } from '../domain/image.ts'
import { writeAndTell } from '../store/events.ts'
import { announce, type ImagesParts, nextEventAt, variantUrlsOf } from './parts.ts'
import { refusalOf, type Step, unitOf } from './steps.ts'

/** An image may have an event of that very millisecond; each try takes a later time. */
const mostTries = 10

/** What is wrong with a file itself: no other try with the same bytes can come to another end. */
const faultsOfFiles: ReadonlySet<ErrorCode> = new Set([
  'image_too_large',
  'image_area_too_large',
  'animation_too_large',
  'image_undecodable',
  'image_format_unsupported',
])

export const isFaultOfFile = (error: unknown): error is AppError =>
  error instanceof AppError && faultsOfFiles.has(error.code)

/**
 * Announces that an accepted upload has failed, where `steps` hold. The caller of the upload hears of the failure
 * itself, so what goes wrong here is only logged.
 */
export const announceFailure = async (
  parts: ImagesParts,
  account: Account,
  image: ImageRecord,
  { code, message }: AppError,
  steps: readonly Step[] = [],
): Promise<void> => {
  try {
    const variants = (await variantUrlsOf(parts, account))(image.id)
    let at = parts.clock.now()
    for (let tries = 0; tries < mostTries; tries++) {
      const facts = { type: 'image.upload_failed', at, image, variants, error: { code, message } } as const
      const all = [...steps, { statements: announce(parts, facts) }]
      if (refusalOf(all, await writeAndTell(parts.database, unitOf(all))) !== 'time_taken') return
      at = await nextEventAt(parts, image)
    }
  } catch (error) {
    parts.log.error({ err: error, imageId: image.id }, 'A failed upload could not be announced')
  }
}
