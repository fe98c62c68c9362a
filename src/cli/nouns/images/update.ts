import type { CallInput } from '../../../client/client.ts'
import { ConfigError } from '../../../config/config-error.ts'
import { addImageFields, type ImageFieldOptions, readCreator, readMeta } from './image-fields.ts'
import { firstWord, type Verb } from '../verb.ts'
import { printImage } from './show.ts'

type UpdateOptions = ImageFieldOptions & { readonly requireSignedUrls?: boolean }

type Change = Exclude<CallInput<'patchImagesV1ImageId'>['body'], FormData | undefined>

const readChange = (options: UpdateOptions): Change => {
  const metadata = readMeta(options)
  const creator = readCreator(options)
  const { requireSignedUrls } = options
  const change = {
    ...(metadata && { metadata }),
    ...(creator !== undefined && { creator }),
    ...(requireSignedUrls !== undefined && { requireSignedURLs: requireSignedUrls }),
  }
  if (Object.keys(change).length > 0) return change
  throw new ConfigError(
    'Say what to change: --meta, --metadata, --creator, --require-signed-urls or --no-require-signed-urls.',
  )
}

/** `imagehooks images update`: what no flag names stays as it was. */
export const updateVerb: Verb<UpdateOptions> = {
  name: 'update',
  description: 'change what an image says beside its bytes; new metadata takes the place of all the old',
  declare: (command) =>
    addImageFields(command.argument('<id>', 'of the image'))
      .option('--require-signed-urls', 'answer its variant URLs only with a signature; not with a custom id')
      .option('--no-require-signed-urls', 'answer its variant URLs to everybody'),
  examples: [
    ['images update profile_1 --meta album=summer --creator ada', 'what the flags do not name stays'],
    ["images update profile_1 --metadata '{}'", 'take all metadata away'],
    ['images update 2cdc28f0-017a-49c4-9ed7-87056c839000 --require-signed-urls', 'make it private'],
  ],
  async run(call) {
    const body = readChange(call.options)
    const path = { image_id: firstWord(call) }
    printImage(await call.client.call('patchImagesV1ImageId', { path, body }), call.options)
  },
}
