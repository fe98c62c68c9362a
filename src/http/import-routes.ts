import { z } from 'zod'
import { signingKeyLimits, type SigningKeys } from '../accounts/signing-keys.ts'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Images } from '../images/images.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import type { FormField } from './form-field.ts'
import { imageResult, uploadForm } from './image-schemas.ts'
import { imageOnWire } from './image-wire.ts'
import { requestBody } from './request-body.ts'
import { readUploadFields, singleField } from './upload-fields.ts'
import { readUploadForm } from './upload-form.ts'

const importForm = uploadForm.omit({ url: true, id: true }).extend({
  uploaded: z.iso.datetime().describe('When the image was uploaded where it comes from.'),
  events: z.enum(['true', 'false']).optional().describe('Whether `image.uploaded` is sent; default `false`.'),
})

const importResult = z.object({
  image: imageResult,
  imported: z.boolean().describe('False when it was here already, with the same bytes.'),
})

const keyBody = z.object({ value: z.string().min(1).max(signingKeyLimits.valueCharacters) })

const uploadedAtIn = (fields: readonly FormField[]): number => {
  const text = singleField(fields, 'uploaded') ?? ''
  const at = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new AppError('bad_request', 'uploaded must be a time such as 2026-01-31T12:00:00.000Z.', {
      pointer: 'uploaded',
    })
  return at
}

const eventsIn = (fields: readonly FormField[]): boolean => {
  const value = singleField(fields, 'events') || 'false'
  if (value !== 'true' && value !== 'false')
    throw new AppError('bad_request', 'events must be "true" or "false".', { pointer: 'events' })
  return value === 'true'
}

/**
 * The way in for an account that moves here, relative to `…/images/import`: what no upload and no other call may choose is
 * kept. Every call may be repeated.
 */
export const importRoutes = ({
  images,
  signingKeys,
  clock,
}: {
  readonly images: Images
  readonly signingKeys: SigningKeys
  readonly clock: Clock
}): ApiRoutes => {
  const api = createApi({ clock })

  api.put(
    '/images/:imageId',
    {
      summary: 'Take over an image',
      description:
        'Keeps its id, generated ones too, and its upload time. Nothing is sent to endpoints unless `events` is `true`. An image that is here already with the same bytes stays as it is.',
      form: importForm,
      result: importResult,
      errors: ['image_exists', 'image_id_invalid', 'image_too_large', 'image_undecodable', 'image_format_unsupported'],
    },
    async ({ context, account }) => {
      const { fields, file } = await readUploadForm({
        body: requestBody(context),
        contentType: context.req.header('content-type'),
        receive: images.receive,
        clock,
      })
      try {
        if (!file)
          throw new AppError('bad_request', 'The form has no part "file"; send the image in it.', { pointer: 'file' })
        const { meta, creator, requireSignedURLs } = readUploadFields(fields)
        const { adopted, ...shown } = await images.adopt(account, file.received, {
          id: context.req.param('imageId') ?? '',
          filename: file.filename,
          meta,
          creator,
          requireSignedURLs,
          uploadedAt: uploadedAtIn(fields),
          events: eventsIn(fields),
        })
        return { image: imageOnWire(shown), imported: adopted }
      } finally {
        await file?.received.discard()
      }
    },
  )

  api.put(
    '/keys/:keyName',
    {
      summary: 'Take over a signing key',
      description:
        'With its value, so that URLs which it signed hold here too. Where another key has the name, a number is put behind it.',
      body: keyBody,
      result: z.object({ name: z.string() }),
      errors: ['signing_key_limit'],
    },
    async ({ account, context, body: { value } }) => ({
      name: (await signingKeys.adopt(account.id, context.req.param('keyName') ?? '', value)).name,
    }),
  )

  return api
}
