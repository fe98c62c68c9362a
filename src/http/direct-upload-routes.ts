import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Images } from '../images/images.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import { directUploadBody, readDirectUploadFields } from './direct-upload-fields.ts'
import { successText } from './envelope.ts'
import type { AppEnvironment, Routes } from './environment.ts'
import { answerText, readOnce } from './idempotency.ts'
import { imageOnWire } from './image-wire.ts'
import { requestBody } from './request-body.ts'
import { readUploadForm } from './upload-form.ts'

export type DirectUploadParts = { readonly images: Images; readonly clock: Clock }

const directUploadResult = z.object({
  id: z.string().describe('Of the image that will be; it is a draft until then.'),
  uploadURL: z
    .string()
    .describe('Where one POST of a form with the part `file` fills the image; hand it to a browser.'),
})

/** Making direct uploads, relative to `…/images`; both versions take the same. */
export const directUploadRoutes = ({ images, clock }: DirectUploadParts): ApiRoutes => {
  const api = createApi({ clock })
  for (const version of ['v1', 'v2'])
    api.post(
      `/${version}/direct_upload`,
      {
        summary: 'Make a direct upload: an address that takes one image without a token',
        description: 'The same fields may be sent as JSON, or nothing at all.',
        form: directUploadBody,
        result: directUploadResult,
        errors: ['image_exists', 'image_id_invalid', 'idempotency_mismatch'],
      },
      async ({ context, account }) => {
        const { details, expiresAt, sent } = await readDirectUploadFields(context, clock)
        const answer = await images.directUploads.create(account, details, expiresAt, {
          toText: ({ id, uploadUrl }) => successText({ id, uploadURL: uploadUrl }),
          once: readOnce(context, ['direct upload', sent]),
        })
        return answerText(context, answer)
      },
    )
  return api
}

/** Where direct uploads are filled, relative to `/upload`; open to pages of every origin, since the URL is the permission. */
export const uploadUrlRoutes = ({ images, clock }: DirectUploadParts): Routes => {
  const routes = new Hono<AppEnvironment>()
  routes.use(cors({ origin: '*', allowMethods: ['POST'], maxAge: 86_400 }))
  routes.post('/:accountHash/:imageId', async (context) => {
    const { accountHash, imageId } = context.req.param()
    const open = await images.directUploads.open(accountHash, imageId, context.req.query('token') ?? '')
    try {
      const { file } = await readUploadForm({
        body: requestBody(context),
        contentType: context.req.header('content-type'),
        receive: images.receive,
        clock,
      })
      if (!file)
        throw new AppError('bad_request', 'The form has no part "file"; send the image in it.', { pointer: 'file' })
      // Metadata and creator are the backend's, and not for the eyes of whoever uploads.
      const answer = await images.directUploads.fill(open, file.received, file.filename, (shown) =>
        successText(imageOnWire({ ...shown, image: { ...shown.image, meta: null, creator: null } })),
      )
      return answerText(context, answer)
    } catch (error) {
      await images.directUploads.refuse(open, error)
      throw error
    }
  })
  return routes
}
