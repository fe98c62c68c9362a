import type { CallResult } from '../../../client/client.ts'
import { type Fact, printFacts } from '../../facts.ts'
import { printJson } from '../../table.ts'
import { firstWord, type Verb } from '../verb.ts'

type Image = CallResult<'getImagesV1ImageId'>

const factsOf = ({ variants, meta, ...image }: Image): readonly Fact[] => [
  ['id', image.id],
  ['filename', image.filename],
  ['uploaded', image.uploaded],
  ['signed URLs', image.requireSignedURLs ? 'required' : 'not required'],
  ['creator', image.creator],
  ['metadata', Object.keys(meta).length === 0 ? undefined : JSON.stringify(meta)],
  ['draft', image.draft && 'its file has not arrived yet', 'yellow'],
  ...variants.map((url): Fact => [`variant ${decodeURIComponent(url.split('/').at(-1) ?? '')}`, url, 'cyan']),
]

export const printImage = (image: Image, { json }: { readonly json?: boolean }): void =>
  json ? printJson(image) : printFacts(factsOf(image))

/** `imagehooks images get`. */
export const getVerb: Verb<object> = {
  name: 'get',
  description: 'show one image with its variant URLs',
  declare: (command) => command.argument('<id>', 'of the image'),
  examples: [['images get profile_1', 'with its variant URLs']],
  async run(call) {
    const image = await call.client.call('getImagesV1ImageId', { path: { image_id: firstWord(call) } })
    printImage(image, call.options)
  },
}
