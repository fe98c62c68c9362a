import { AppError } from '../domain/errors.ts'
import { imageIdProblem, imageLimits, type Meta } from '../domain/image.ts'
import { isPlainText } from '../domain/text.ts'

/** What the uploader says of an image. */
export type UploadDetails = {
  /** May be empty. */
  readonly filename: string
  /** The custom id; undefined = one is made. */
  readonly id: string | undefined
  readonly meta: Meta | null
  readonly creator: string | null
  readonly requireSignedURLs: boolean
}

const checkText = (text: string, longest: number, what: string, pointer: string): void => {
  const refuse = (fault: string): AppError => new AppError('bad_request', `${what} ${fault}.`, { pointer })
  if ([...text].length > longest) throw refuse(`must not be longer than ${longest} characters`)
  if (!isPlainText(text)) throw refuse('must be valid text without control characters')
}

/** @throws AppError `bad_request` for a filename that is too long, or no plain text. */
export const checkFilename = (filename: string): void =>
  checkText(filename, imageLimits.filenameCharacters, 'The filename', 'file')

/**
 * Holds the details of an upload to the rules.
 * @throws AppError `image_id_invalid`, or `bad_request` with a sentence that names the field.
 */
export const checkDetails = ({ filename, id, creator, requireSignedURLs }: UploadDetails): void => {
  const problem = id === undefined ? undefined : imageIdProblem(id)
  if (problem !== undefined) throw new AppError('image_id_invalid', `The custom id ${problem}.`, { pointer: 'id' })
  if (id !== undefined && requireSignedURLs)
    throw new AppError('bad_request', 'An image with a custom id cannot require signed URLs; send one of the two.', {
      pointer: 'requireSignedURLs',
    })
  if (creator !== null) checkText(creator, imageLimits.creatorCharacters, 'creator', 'creator')
  checkFilename(filename)
}
