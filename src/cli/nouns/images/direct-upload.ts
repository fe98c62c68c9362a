import { ConfigError } from '../../../config/config-error.ts'
import { systemClock } from '../../../domain/clock.ts'
import { imageIdProblem } from '../../../domain/image.ts'
import { printFacts } from '../../facts.ts'
import { readDelay } from '../../read-flags.ts'
import { remark } from '../../remark.ts'
import { printJson } from '../../table.ts'
import type { Verb } from '../verb.ts'
import { addImageFields, type ImageFieldOptions, readCreator, readMeta } from './image-fields.ts'

type DirectUploadOptions = ImageFieldOptions & {
  readonly id?: string
  readonly requireSignedUrls?: boolean
  readonly expiresIn?: string
}

const formOf = (options: DirectUploadOptions): FormData => {
  const { id, requireSignedUrls, expiresIn } = options
  const meta = readMeta(options)
  const creator = readCreator(options)
  const problem = id === undefined ? undefined : imageIdProblem(id)
  if (problem !== undefined) throw new ConfigError(`--id ${problem}.`)
  if (id !== undefined && requireSignedUrls)
    throw new ConfigError(
      'An image with a custom id cannot require signed URLs; give either --id or --require-signed-urls.',
    )
  const form = new FormData()
  if (id !== undefined) form.append('id', id)
  if (meta) form.append('metadata', JSON.stringify(meta))
  if (creator !== undefined) form.append('creator', creator)
  if (requireSignedUrls) form.append('requireSignedURLs', 'true')
  if (expiresIn !== undefined)
    form.append('expiry', new Date(systemClock.now() + readDelay('--expires-in', expiresIn)).toISOString())
  return form
}

/** `imagehooks images direct-upload`. */
export const directUploadVerb: Verb<DirectUploadOptions> = {
  name: 'direct-upload',
  description: 'make a link that takes one image without a token, for a browser to post a form to',
  declare: (command) =>
    addImageFields(command.option('--id <id>', 'a custom id for the image that will be'))
      .option('--require-signed-urls', 'answer its variant URLs only with a signature')
      .option('--expires-in <duration>', '2m to 6h (default 30m)'),
  examples: [
    ['images direct-upload', 'then: curl -F file=@photo.jpg UPLOAD-URL'],
    ['images direct-upload --creator ada --expires-in 2h --json', 'for a backend'],
  ],
  async run({ client, options }) {
    const made = await client.call('postImagesV2DirectUpload', { body: formOf(options) })
    if (options.json) return printJson(made)
    printFacts([
      ['image', made.id],
      ['upload URL', made.uploadURL, 'cyan'],
    ])
    remark('Whoever has the URL may post one image to it, in the part "file" of a form.')
  },
}
