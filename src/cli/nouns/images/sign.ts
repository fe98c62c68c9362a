import { signImageUrl } from '@imagehooks/receiver/signed-url'
import type { Client } from '../../../client/client.ts'
import { ConfigError } from '../../../config/config-error.ts'
import { systemClock } from '../../../domain/clock.ts'
import { printable } from '../../printable.ts'
import { readDelay } from '../../read-flags.ts'
import { remark } from '../../remark.ts'
import { printJson } from '../../table.ts'
import { firstWord, type Verb } from '../verb.ts'

/** The URL of an image through a variant. @throws ConfigError where there is no such variant. */
export const variantUrlOf = (variants: readonly string[], variant: string): string => {
  const named = variants.map((url) => [decodeURIComponent(url.split('/').at(-1) ?? ''), url] as const)
  const found = named.find(([name]) => name === variant)
  if (found) return found[1]
  throw new ConfigError(`There is no variant "${variant}"; there are ${named.map(([name]) => name).join(', ')}.`)
}

/** The value of a signing key by its name; of the first where none is named. @throws ConfigError */
export const keyValue = async (client: Client, name: string | undefined): Promise<string> => {
  const { keys } = await client.call('getImagesV1Keys')
  const key = name === undefined ? keys[0] : keys.find((each) => each.name === name)
  if (key) return key.value
  throw new ConfigError(
    `There is no signing key "${name ?? ''}"; there are ${keys.map((each) => each.name).join(', ')}.`,
  )
}

type SignOptions = { readonly variant: string; readonly expiresIn: string; readonly key?: string }

/** `imagehooks images sign`: a URL that shows a private image for a while. */
export const signVerb: Verb<SignOptions> = {
  name: 'sign',
  description: 'make a signed URL, which shows a private image for a while',
  declare: (command) =>
    command
      .argument('<id>', 'of the image')
      .option('--variant <name>', 'through which variant', 'public')
      .option('--expires-in <duration>', 'how long it is good, such as 10m, 24h or 30d', '1h')
      .option('--key <name>', 'the signing key (default: the first)'),
  examples: [
    ['images sign 2cdc28f0-017a-49c4-9ed7-87056c839000', 'good for an hour'],
    ['images sign 2cdc28f0-017a-49c4-9ed7-87056c839000 --variant hero --expires-in 30d', 'for a newsletter'],
  ],
  async run(call) {
    const { client, options } = call
    const lifeMs = readDelay('--expires-in', options.expiresIn)
    if (lifeMs < 1000) throw new ConfigError('--expires-in must be a second or more.')
    const image = await client.call('getImagesV1ImageId', { path: { image_id: firstWord(call) } })
    const expiresAtSeconds = Math.floor((systemClock.now() + lifeMs) / 1000)
    const key = await keyValue(client, options.key)
    const url = await signImageUrl(variantUrlOf(image.variants, options.variant), key, { expiresAtSeconds })
    const expires = new Date(expiresAtSeconds * 1000).toISOString()
    if (options.json) return printJson({ url, expires })
    console.log(printable(url))
    remark(
      image.requireSignedURLs
        ? `Good until ${expires}, or until its key is deleted.`
        : 'This image is shown without a signature, too; images update --require-signed-urls makes it private.',
    )
  },
}
