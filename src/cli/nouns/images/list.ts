import { type Command, Option } from 'commander'
import { ConfigError } from '../../../config/config-error.ts'
import { systemClock } from '../../../domain/clock.ts'
import type { CallResult } from '../../../client/client.ts'
import { ago } from '../../measures.ts'
import { readCount } from '../../read-flags.ts'
import { repeated } from '../../repeated.ts'
import type { Column } from '../../table.ts'
import { addPageOptions, type PageOptions, printPages } from '../pages.ts'
import type { Verb } from '../verb.ts'

type ListOptions = PageOptions & {
  readonly page?: string
  readonly creator?: string
  readonly filter?: readonly string[]
  readonly sort?: 'asc' | 'desc'
}

type Image = CallResult<'getImagesV2'>['images'][number]

const mostPerPage = 10_000

const columns: readonly Column<Image>[] = [
  { title: 'ID', of: ({ id }) => id, whole: true },
  { title: 'FILENAME', of: ({ filename }) => filename },
  {
    title: 'UPLOADED',
    of: ({ uploaded }) => uploaded,
    shown: ({ uploaded }) => ago(uploaded, systemClock.now()),
  },
  {
    title: 'SIGNED URLS',
    of: ({ requireSignedURLs }) => (requireSignedURLs ? 'yes' : 'no'),
    shown: ({ requireSignedURLs }) => (requireSignedURLs ? 'required' : ''),
    style: () => 'yellow',
  },
]

const operators: Readonly<Record<string, string>> = { '=': 'eq', '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' }

/** `region.name=eu-west`, `size>=5`, `size[in:number]=1|2`: as a parameter of the call. */
export const readMetaFilter = (text: string): readonly [name: string, value: string] => {
  const [, path, operator, exact, value = ''] = /^([^=<>[\]]+)(?:\[([^\]]+)\]=|([<>]=?|=))(.*)$/s.exec(text) ?? []
  const word = operator ?? operators[exact ?? '']
  if (path === undefined || word === undefined)
    throw new ConfigError(
      `--filter must be written as field=value, field>=5 or field[in]=a|b; "${text}" is none of them.`,
    )
  return [`meta.${path}[${word}]`, value]
}

const declare = (command: Command): void => {
  command
    .option('--creator <name>', "that creator's images only; empty for those without one")
    .option('--filter <field=value>', 'by metadata; also >, >=, <, <=, and field[in]=a|b; repeatable', repeated)
    .addOption(new Option('--sort <order>', 'by upload time').choices(['desc', 'asc']))
    .option('--page <number>', 'by page numbers instead, as the older call of Cloudflare’s does')
  addPageOptions(command, mostPerPage)
}

/** `imagehooks images list`: newest first, by tokens, or by page numbers where one is named. */
export const listVerb: Verb<ListOptions> = {
  name: 'list',
  description: 'list images, newest first',
  declare,
  examples: [
    ['images list', 'the newest 50'],
    ['images list --creator ada --filter album=summer --all', 'every one that matches'],
    ['images list --all --json', 'for a script: one object a line'],
  ],
  async run({ client, options }) {
    const { page, creator, filter = [], sort } = options
    const whenEmpty = 'There are no such images. Upload some with: imagehooks images upload FILES'
    if (page === undefined) {
      const query = {
        ...Object.fromEntries(filter.map(readMetaFilter)),
        ...(creator !== undefined && { creator }),
        ...(sort && { sort_order: sort }),
      }
      return printPages(
        {
          columns,
          most: mostPerPage,
          whenEmpty,
          async read(wanted) {
            const answer = await client.call('getImagesV2', { query: { ...query, ...wanted } })
            return { rows: answer.images, token: answer.continuation_token, answer }
          },
        },
        options,
      )
    }
    if (filter.length > 0 || sort || options.all || options.continueFrom)
      throw new ConfigError('--page goes with --per-page and --creator alone; leave it out to use the other flags.')
    readCount('--page', page, 1, 1_000_000)
    return printPages(
      {
        columns,
        most: mostPerPage,
        whenEmpty,
        async read({ per_page }) {
          const query = { page, per_page, ...(creator !== undefined && { creator }) }
          const answer = await client.call('getImagesV1', { query })
          return { rows: answer.images, token: null, answer }
        },
      },
      options,
    )
  },
}
