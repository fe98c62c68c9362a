import { z } from 'zod'

/** An image as the API shows it. */
export const imageResult = z.object({
  id: z.string().describe('The id: generated in the form of a UUID, or the custom one.'),
  filename: z.string().describe('As it was sent, or the last part of the `url`; empty while it is a draft.'),
  uploaded: z.iso.datetime().describe('When it was stored; of a draft, when it was announced.'),
  requireSignedURLs: z.boolean().describe('Whether its variant URLs answer only with a signature.'),
  variants: z.array(z.string()).readonly().describe('A URL for each variant of the account.'),
  meta: z.record(z.string(), z.unknown()).readonly().describe("The user's own metadata; `{}` when there is none."),
  creator: z.string().optional().describe('Whom the uploader named; missing when nobody.'),
  draft: z.literal(true).optional().describe('Only while the bytes of a direct upload have not arrived.'),
})

/** The form of an upload. */
export const uploadForm = z.object({
  file: z.string().optional().describe('The image, up to 10 MB.').meta({ format: 'binary' }),
  url: z.string().max(4096).optional().describe('Where the server fetches the image, instead of `file`.'),
  id: z
    .string()
    .max(1024)
    .optional()
    .describe(
      'A custom id, unique in the account; may hold slashes. It is no UUID and has no file extension but an image’s.',
    ),
  metadata: z.string().optional().describe('One JSON object of at most 1,024 bytes, or bracketed fields.'),
  creator: z.string().max(1024).optional().describe('Whoever it belongs to at yours; lists can be asked for it.'),
  requireSignedURLs: z
    .enum(['true', 'false'])
    .optional()
    .describe('Whether its variant URLs answer only with a signature; not with a custom id. Default false.'),
})

/** What a call that only removes something answers. */
export const emptyResult = z.object({})
