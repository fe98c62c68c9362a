import { AppError } from '../domain/errors.ts'
import { imageIdProblem, imageLimits, isCustomId, type Meta } from '../domain/image.ts'
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

/** What a change of an image says; undefined = as it was, null = none. */
export type ImageChange = {
  readonly meta?: Meta | null | undefined
  readonly creator?: string | null | undefined
  readonly requireSignedURLs?: boolean | undefined
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

/**
 * Holds a change to the rules.
 * @throws AppError `bad_request` with a sentence that names the field.
 */
export const checkChange = (imageId: string, { meta, creator, requireSignedURLs }: ImageChange): void => {
  if (requireSignedURLs === true && isCustomId(imageId))
    throw new AppError(
      'bad_request',
      'An image with a custom id cannot require signed URLs; delete it and upload it again without the id.',
      { pointer: '/requireSignedURLs' },
    )
  if (typeof creator === 'string') checkText(creator, imageLimits.creatorCharacters, 'creator', '/creator')
  if (meta && Buffer.byteLength(JSON.stringify(meta)) > imageLimits.metaBytes)
    throw new AppError('bad_request', `metadata must not be over ${imageLimits.metaBytes} bytes as JSON text.`, {
      pointer: '/metadata',
    })
}
