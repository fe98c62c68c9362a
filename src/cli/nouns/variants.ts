import { type Command, Option } from 'commander'
import type { CallResult } from '../../client/client.ts'
import { ConfigError } from '../../config/config-error.ts'
import { variantFits } from '../../domain/transform.ts'
import { variantIdProblem } from '../../domain/variant.ts'
import { confirm } from '../confirm.ts'
import { printFacts } from '../facts.ts'
import { readCount } from '../read-flags.ts'
import { type Column, printJson, printTable } from '../table.ts'
import { forEachId } from './each.ts'
import { addVerb, firstWord, type Verb } from './verb.ts'

type Variant = CallResult<'getImagesV1VariantsVariantId'>['variant']

type VariantOptions = {
  readonly width?: string
  readonly height?: string
  readonly fit?: (typeof variantFits)[number]
  readonly exif?: 'keep' | 'copyright' | 'none'
  readonly browserTtl?: string
  readonly alwaysPublic?: boolean
}

const none = 'none'

const boxOf = ({ options: { width, height } }: Variant): string =>
  width === undefined && height === undefined ? 'as it is' : `${width ?? 'any'} × ${height ?? 'any'}`

const columns: readonly Column<Variant>[] = [
  { title: 'NAME', of: ({ id }) => id, whole: true },
  { title: 'BOX', of: boxOf },
  { title: 'FIT', of: ({ options }) => options.fit },
  { title: 'EXIF', of: ({ options }) => options.metadata },
  { title: 'BROWSER TTL', of: ({ options: { browser_ttl: ttl } }) => ttl ?? null },
  {
    title: 'PUBLIC',
    of: ({ neverRequireSignedURLs: always }) => (always ? 'always' : 'unless signed URLs are required'),
  },
]

const printVariant = (variant: Variant, { json }: { readonly json?: boolean }): void => {
  if (json) return printJson(variant)
  const { options } = variant
  printFacts([
    ['name', variant.id],
    ['box', boxOf(variant)],
    ['fit', options.fit],
    ['EXIF', options.metadata],
    ['browser TTL', options.browser_ttl === undefined ? 'as the account says' : `${options.browser_ttl} s`],
    ['public', variant.neverRequireSignedURLs ? 'always' : 'unless an image requires signed URLs'],
  ])
}

const addOptions = (command: Command): Command =>
  command
    .option('--width <pixels>', `of the box; ${none}: the height decides`)
    .option('--height <pixels>', `of the box; ${none}: the width decides`)
    .addOption(new Option('--fit <how>', 'how the image is brought into the box').choices(variantFits))
    .addOption(new Option('--exif <policy>', 'which embedded data survives').choices(['keep', 'copyright', 'none']))
    .option('--browser-ttl <seconds>', `how long browsers keep it; ${none}: as the account says`)
    .option('--always-public', 'show private images too, without a signature')
    .option('--no-always-public', 'ask for a signature where an image requires it')

const number = (flag: string, text: string | undefined, most: number, before: number | undefined) => {
  if (text === undefined) return before
  return text === none ? undefined : readCount(flag, text, flag === '--browser-ttl' ? 0 : 1, most)
}

/** The options that the flags say, over those that are there. */
const readOptions = (flags: VariantOptions, before: Partial<Variant['options']> = {}) => {
  const width = number('--width', flags.width, 100_000, before.width)
  const height = number('--height', flags.height, 100_000, before.height)
  const ttl = number('--browser-ttl', flags.browserTtl, 999_999_999, before.browser_ttl)
  return {
    fit: flags.fit ?? variantFits.find((fit) => fit === before.fit) ?? 'scale-down',
    metadata: flags.exif ?? policies.find((policy) => policy === before.metadata) ?? 'none',
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(ttl !== undefined && { browser_ttl: ttl }),
  }
}

const policies = ['keep', 'copyright', 'none'] as const

const listVerb: Verb<object> = {
  name: 'list',
  description: 'list variants',
  examples: [['variants list', 'through which names images can be had']],
  async run({ client, options }) {
    const result = await client.call('getImagesV1Variants')
    if (options.json) return printJson(result)
    await printTable(Object.values(result.variants), columns)
  },
}

const getVerb: Verb<object> = {
  name: 'get',
  description: 'show one variant',
  declare: (command) => command.argument('<name>', 'of the variant'),
  examples: [['variants get public', 'what it does to an image']],
  async run(call) {
    const path = { variant_id: firstWord(call) }
    printVariant((await call.client.call('getImagesV1VariantsVariantId', { path })).variant, call.options)
  },
}

const createVerb: Verb<VariantOptions> = {
  name: 'create',
  description: 'make a variant; every image can be had through it at once',
  declare: (command) => addOptions(command.argument('<name>', 'of the variant')),
  examples: [
    ['variants create hero --width 1200 --height 600 --fit cover', 'fills the box, and cuts what stands out'],
    ['variants create thumbnail --width 200', 'as high as it comes'],
  ],
  async run(call) {
    const id = firstWord(call)
    const problem = variantIdProblem(id)
    if (problem !== undefined) throw new ConfigError(`The name of a variant ${problem}.`)
    const { alwaysPublic } = call.options
    const body = {
      id,
      options: readOptions(call.options),
      ...(alwaysPublic !== undefined && { neverRequireSignedURLs: alwaysPublic }),
    }
    printVariant((await call.client.call('postImagesV1Variants', { body })).variant, call.options)
  },
}

const editVerb: Verb<VariantOptions> = {
  name: 'edit',
  description: 'change a variant; what no flag names stays, and every image is rendered anew through it',
  declare: (command) => addOptions(command.argument('<name>', 'of the variant')),
  examples: [
    ['variants edit hero --height 700', 'the rest stays as it was'],
    ['variants edit hero --height none', 'as high as it comes'],
  ],
  async run({ client, options, words: [name = ''] }) {
    const path = { variant_id: name }
    // The call replaces all options, so those that stay are sent too.
    const before = await client.call('getImagesV1VariantsVariantId', { path })
    const { alwaysPublic } = options
    const body = {
      options: readOptions(options, before.variant.options),
      ...(alwaysPublic !== undefined && { neverRequireSignedURLs: alwaysPublic }),
    }
    printVariant((await client.call('patchImagesV1VariantsVariantId', { path, body })).variant, options)
  },
}

const deleteVerb: Verb<{ readonly yes?: boolean }> = {
  name: 'delete',
  description: 'remove variants; URLs through them answer 404 from then on',
  declare: (command) =>
    command
      .argument('<names...>', 'of the variants')
      .option('--yes', 'do not ask (where no terminal is, nobody is asked)'),
  examples: [['variants delete hero', 'pages that show images through it lose them']],
  async run({ client, options, words }) {
    await confirm(`Remove ${words.join(', ')}? URLs through it answer 404 from then on.`, options)
    await forEachId(
      words,
      options,
      (name) => client.call('deleteImagesV1VariantsVariantId', { path: { variant_id: name } }),
      { text: (name) => `deleted ${name}`, json: (name) => ({ id: name, deleted: true }) },
    )
  },
}

export const declareVariants = (variants: Command): void => {
  addVerb(variants, listVerb)
  addVerb(variants, getVerb)
  addVerb(variants, createVerb)
  addVerb(variants, editVerb)
  addVerb(variants, deleteVerb)
}
