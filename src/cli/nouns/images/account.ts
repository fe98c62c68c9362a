import { type Command, Option } from 'commander'
import { printFacts } from '../../facts.ts'
import { printJson } from '../../table.ts'
import { readCount } from '../../read-flags.ts'
import type { Verb } from '../verb.ts'

/** `imagehooks images stats`. */
export const statsVerb: Verb<object> = {
  name: 'stats',
  description: 'count the images',
  examples: [['images stats', 'how many there are']],
  async run({ client, options }) {
    const stats = await client.call('getImagesV1Stats')
    if (options.json) printJson(stats)
    else printFacts([['images', stats.count.current]])
  },
}

type ConfigOptions = { readonly flexibleVariants?: 'on' | 'off'; readonly browserTtl?: string }

const declareConfig = (command: Command): Command =>
  command
    .addOption(
      new Option('--flexible-variants <on|off>', 'whether a variant URL may hold options, such as w=400').choices([
        'on',
        'off',
      ]),
    )
    .option('--browser-ttl <seconds>', 'how long browsers keep an image')

/** `imagehooks images config`: changes what the flags name, and shows all. */
export const configVerb: Verb<ConfigOptions> = {
  name: 'config',
  description: 'show, or change, how the account’s images are served',
  declare: declareConfig,
  examples: [
    ['images config', 'how it is'],
    ['images config --flexible-variants on --browser-ttl 86400', 'change it'],
  ],
  async run({ client, options }) {
    const { flexibleVariants, browserTtl } = options
    const change = {
      ...(flexibleVariants && { flexible_variants: flexibleVariants === 'on' }),
      ...(browserTtl !== undefined && { browser_ttl: readCount('--browser-ttl', browserTtl, 0, 999_999_999) }),
    }
    const config =
      Object.keys(change).length > 0
        ? await client.call('patchImagesV1Config', { body: change })
        : await client.call('getImagesV1Config')
    if (options.json) return printJson(config)
    printFacts([
      ['flexible variants', config.flexible_variants ? 'on' : 'off'],
      ['browser TTL', `${config.browser_ttl} s`],
    ])
  },
}
