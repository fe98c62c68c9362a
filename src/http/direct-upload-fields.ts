import { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { uploadUrlLimits, type DirectUploadDetails } from '../images/direct-upload.ts'
import type { AppContext } from './environment.ts'
import type { FormField } from './form-field.ts'
import { readJson } from './input.ts'
import { requestBody } from './request-body.ts'
import { readUploadFields, singleField } from './upload-fields.ts'
import { readUploadForm } from './upload-form.ts'

/** The body where it is JSON; what is null counts as left out. */
export const directUploadBody = z.object({
  id: z.string().nullish().describe('A custom id, unique in the account.'),
  metadata: z
    .union([z.string(), z.record(z.string(), z.unknown())], 'must be an object, or JSON text of one')
    .nullish()
    .describe('As for an upload; whoever fills the URL does not see it.'),
  requireSignedURLs: z
    .union([z.boolean(), z.enum(['true', 'false'])], 'must be true or false')
    .nullish()
    .describe('Not with a custom id. Default false.'),
  creator: z.string().nullish().describe('Whoever it belongs to at yours; whoever fills the URL does not see it.'),
  expiry: z
    .string()
    .nullish()
    .describe('When the upload URL expires: RFC 3339, 2 minutes to 6 hours from now; default 30 minutes.'),
})

/** What the fields of a direct upload say. */
export type DirectUploadFields = {
  readonly details: DirectUploadDetails
  readonly expiresAt: number
  /** Everything as it was sent, to tell the request from another. */
  readonly sent: readonly FormField[]
}

/** RFC 3339 §5.6. */
const instant = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

/** Between the caller's clock and ours, and on the way. */
const slackMs = 5000

/** An instant of year 1 is what a client in Go sends for none. */
const isUnsaid = (text: string | undefined): boolean =>
  text === undefined || text === '' || text.startsWith('0001-01-01')

const readExpiry = (text: string | undefined, now: number): number => {
  const { shortestMs, longestMs, defaultMs } = uploadUrlLimits
  if (text === undefined || isUnsaid(text)) return now + defaultMs
  const refuse = (fault: string): AppError => new AppError('bad_request', `expiry ${fault}.`, { pointer: 'expiry' })
  const at = instant.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN
  if (Number.isNaN(at)) throw refuse('must be an instant of RFC 3339, such as 2026-01-15T10:30:00Z')
  if (at < now + shortestMs - slackMs || at > now + longestMs + slackMs)
    throw refuse('must be from 2 minutes to 6 hours from now')
  return at
}

/** A JSON body as the fields that a form would have. */
const fieldsOf = (body: z.infer<typeof directUploadBody>): readonly FormField[] =>
  Object.entries(body).flatMap(([name, value]): FormField[] =>
    value === undefined || value === null
      ? []
      : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]],
  )

const readForm = async (context: AppContext, clock: Clock): Promise<readonly FormField[]> => {
  const { fields, file } = await readUploadForm({
    body: requestBody(context),
    contentType: context.req.header('content-type'),
    receive: async (bytes) => {
      bytes.resume()
      return { discard: async () => {} }
    },
    clock,
  })
  if (file)
    throw new AppError('bad_request', 'A direct upload is made without a file; post the file to its uploadURL.', {
      pointer: 'file',
    })
  return fields
}

/**
 * The fields of a call that makes a direct upload, sent as a form or as JSON; no body at all is fine.
 * @throws AppError `bad_request` with a sentence that names the field; `body_too_large`, and what a form can do wrong.
 */
export const readDirectUploadFields = async (context: AppContext, clock: Clock): Promise<DirectUploadFields> => {
  // Some clients name a boundary and then send nothing at all.
  const isEmpty = context.req.header('content-length') === '0'
  const isForm = !isEmpty && /^multipart\/form-data\b/i.test(context.req.header('content-type') ?? '')
  const sent = isForm ? await readForm(context, clock) : fieldsOf(await readJson(context, directUploadBody, clock))
  const { id, url, ...details } = readUploadFields(sent)
  if (url !== undefined)
    throw new AppError('bad_request', 'A direct upload is made without a url; post the file to its uploadURL.', {
      pointer: 'url',
    })
  const expiry = singleField(sent, 'expiry')
  return { details: { ...details, id: id || undefined }, expiresAt: readExpiry(expiry, clock.now()), sent }
}
