import { z } from 'zod'
import type { TemporaryBlob } from '../blobs/blob-store.ts'
import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import { isPlainText } from '../domain/text.ts'
import type { Clock } from '../domain/clock.ts'
import type { ImageChange } from '../images/details.ts'
import type { Images } from '../images/images.ts'
import type { ShownImage } from '../images/parts.ts'
import { readSource } from '../images/source.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import { answerBlob, rangeOf } from './blob-answer.ts'
import { type WantedPart, wantedPart } from './byte-range.ts'
import { successText } from './envelope.ts'
import type { AppContext } from './environment.ts'
import { answerText, readOnce } from './idempotency.ts'
import { emptyResult, imageResult, uploadForm } from './image-schemas.ts'
import { imageOnWire } from './image-wire.ts'
import { mayBeMissing } from './may-be-missing.ts'
import { requestBody } from './request-body.ts'
import { readUploadFields } from './upload-fields.ts'
import { readUploadForm, type UploadForm } from './upload-form.ts'

export type ImageRoutesParts = { readonly images: Images; readonly clock: Clock }

/** A field that is missing, or null, stays as it was; an empty one is cleared. */
const changeBody = z.object({
  metadata: mayBeMissing(z.record(z.string(), z.unknown())).describe(
    'Takes the place of all metadata; `{}` clears it.',
  ),
  creator: mayBeMissing(z.string()).describe('Empty clears it.'),
  requireSignedURLs: mayBeMissing(z.boolean()).describe('Not with a custom id.'),
})

const changeOf = ({ metadata, creator, requireSignedURLs }: z.infer<typeof changeBody>): ImageChange => ({
  meta: metadata && Object.keys(metadata).length === 0 ? null : metadata,
  creator: creator === '' ? null : creator,
  requireSignedURLs,
})

const notFound = (id: string): AppError => new AppError('image_not_found', `There is no image with the id "${id}".`)

/** The id in the path. No image has one that no upload could give it. */
const imageId = (context: AppContext): string => {
  const id = context.req.param('imageId') ?? ''
  if (!isPlainText(id)) throw notFound(id)
  return id
}

/** What is wrong with an image that was fetched lies behind `url`, since there is no `file`. */
const pointToUrl = (error: unknown): never => {
  if (!(error instanceof AppError) || error.pointer !== 'file') throw error
  throw new AppError(error.code, error.message, { pointer: 'url', cause: error })
}

/** The images of an account, relative to `…/images/v1`. */
export const imageRoutes = ({ images, clock }: ImageRoutesParts): ApiRoutes => {
  const api = createApi({ clock })

  /** Who sees a draft is told why it cannot be changed. */
  const whyNotChanged = async (account: Account, id: string): Promise<AppError> =>
    (await images.find(account, id))
      ? new AppError(
          'image_not_found',
          `The image "${id}" is a draft; it can be changed once its file has been uploaded.`,
        )
      : notFound(id)

  const takeUpload = async (
    context: AppContext,
    account: Account,
    form: UploadForm<TemporaryBlob>,
  ): Promise<string> => {
    const { url, ...fields } = readUploadFields(form.fields)
    const toText = (shown: ShownImage): string => successText(imageOnWire(shown))
    const { file } = form
    if (file && url !== undefined)
      throw new AppError('bad_request', 'The form has both "file" and "url"; send one of them.', { pointer: 'url' })
    if (file) {
      const once = readOnce(context, ['upload', form.fields, file.filename, file.received.digest])
      return images.upload(account, file.received, { ...fields, filename: file.filename }, { toText, once })
    }
    if (url === undefined)
      throw new AppError('bad_request', 'The form has neither "file" nor "url"; send the image in the part "file".', {
        pointer: 'file',
      })
    const once = readOnce(context, ['upload', form.fields])
    return images.importFrom(account, readSource(url), fields, { toText, once }).catch(pointToUrl)
  }

  api.post(
    '/',
    {
      summary: 'Upload an image',
      description:
        'By `file` or by `url`. With the header `Idempotency-Key` a repeated request gets the first answer for 24 hours, and makes nothing.',
      form: uploadForm,
      result: imageResult,
      errors: [
        'image_exists',
        'image_id_invalid',
        'image_too_large',
        'image_area_too_large',
        'animation_too_large',
        'image_undecodable',
        'image_format_unsupported',
        'not_a_form',
        'upload_failed',
        'upload_aborted',
        'upload_too_slow',
        'source_failed',
        'idempotency_mismatch',
      ],
    },
    async ({ context, account }) => {
      const form = await readUploadForm({
        body: requestBody(context),
        contentType: context.req.header('content-type'),
        receive: images.receive,
        clock,
      })
      const received = form.file?.received
      try {
        return answerText(context, await takeUpload(context, account, form))
      } finally {
        await received?.discard()
      }
    },
  )

  api.get(
    '/:imageId',
    { summary: 'Get an image', result: imageResult, errors: ['image_not_found'] },
    async ({ context, account }) => {
      const found = await images.find(account, imageId(context))
      if (!found) throw notFound(imageId(context))
      return imageOnWire(found)
    },
  )

  api.patch(
    '/:imageId',
    {
      summary: 'Change an image',
      description: 'What is missing, or null, stays as it was. A change is announced by `image.updated`.',
      body: changeBody,
      result: imageResult,
      errors: ['image_not_found'],
    },
    async ({ context, account, body }) => {
      const changed = await images.edit(account, imageId(context), changeOf(body))
      if (!changed) throw await whyNotChanged(account, imageId(context))
      return imageOnWire(changed)
    },
  )

  api.delete(
    '/:imageId',
    { summary: 'Remove an image', result: emptyResult, errors: ['image_not_found'] },
    async ({ context, account }) => {
      if (!(await images.remove(account, imageId(context)))) throw notFound(imageId(context))
      return {}
    },
  )

  api.get(
    '/:imageId/blob',
    { summary: 'Get the original bytes', result: 'image/*', errors: ['image_not_found'] },
    async ({ context, account }) => {
      const headOnly = context.req.method === 'HEAD'
      const [range, ifRange] = [context.req.header('range'), context.req.header('if-range')]
      let part: WantedPart = 'all'
      const opened = await images.openBlob(account, imageId(context), ({ sizeBytes, digest }) => {
        if (!headOnly) part = wantedPart(sizeBytes, `"${digest}"`, range, ifRange)
        return rangeOf(part)
      })
      if (!opened) throw notFound(imageId(context))
      return answerBlob(opened, part, headOnly)
    },
  )

  return api
}
