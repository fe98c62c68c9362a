import { ConfigError } from '../../../config/config-error.ts'
import { confirm } from '../../confirm.ts'
import { printable } from '../../printable.ts'
import { readDelay } from '../../read-flags.ts'
import { remark } from '../../remark.ts'
import { printJson } from '../../table.ts'
import { forEachId } from '../each.ts'
import { addNewSecretOptions, type NewSecretFlags, readNewSecret } from '../secret.ts'
import { firstWord, type Verb } from '../verb.ts'

const activeVerb = (name: string, description: string, active: boolean, purpose: string): Verb<object> => ({
  name,
  description,
  declare: (command) => command.argument('<ids...>', 'webhook_…'),
  examples: [[`endpoints ${name} webhook_01j…`, purpose]],
  run: ({ client, options, words }) =>
    forEachId(words, options, (id) => client.call('patchImagesV1WebhooksId', { path: { id }, body: { active } }), {
      text: (_, endpoint) => printable(`${endpoint.id} is ${endpoint.state}.`),
      json: (_, endpoint) => endpoint,
    }),
})

export const pauseVerb = activeVerb('pause', 'send nothing to an endpoint for now', false, 'its queue is kept')

export const resumeVerb = activeVerb(
  'resume',
  'send again to an endpoint that was paused or suspended',
  true,
  'what waited is sent',
)

/** `imagehooks endpoints rotate`. */
export const rotateVerb: Verb<NewSecretFlags & { readonly overlap?: string }> = {
  name: 'rotate',
  description: 'give an endpoint a new secret; the old one signs for a while beside it',
  declare: (command) =>
    addNewSecretOptions(
      command
        .argument('<id>', 'webhook_…')
        .option('--overlap <duration>', 'how long the old secret goes on signing, up to 7d (default 24h)'),
    ),
  examples: [
    ['endpoints rotate webhook_01j…', 'a new secret, shown this once: give it to the receiver within a day'],
    ['endpoints rotate webhook_01j… --secret-env NEW_SECRET --overlap 2h', 'one that the receiver knows already'],
    ['endpoints rotate webhook_01j… --overlap 0s', 'the old one leaked: it signs no more'],
  ],
  async run(call) {
    const { client, options } = call
    const secret = await readNewSecret(options)
    const body = {
      ...(secret !== undefined && { secret }),
      ...(options.overlap !== undefined && {
        overlap_seconds: Math.round(readDelay('--overlap', options.overlap) / 1000),
      }),
    }
    const endpoint = await client.call('postImagesV1WebhooksIdSecret', { path: { id: firstWord(call) }, body })
    if (options.json) return printJson(endpoint)
    if (endpoint.secret !== undefined) console.log(printable(endpoint.secret))
    remark(
      endpoint.secret === undefined
        ? 'The new secret signs from now on.'
        : 'The secret is shown this once; give it to the receiver. The old one signs beside it for the overlap.',
    )
  },
}

/** `imagehooks endpoints remove`. */
export const removeVerb: Verb<{ readonly yes?: boolean; readonly primary?: boolean }> = {
  name: 'remove',
  description: 'remove endpoints; what waits for them is canceled',
  declare: (command) =>
    command
      .argument('[ids...]', 'webhook_…')
      .option('--primary', 'the primary one, whatever its id is')
      .option('--yes', 'do not ask (where no terminal is, nobody is asked)'),
  examples: [
    ['endpoints remove webhook_01j…', 'for good'],
    ['endpoints remove --primary --yes', 'the one of Cloudflare’s call'],
  ],
  async run({ client, options, words }) {
    if (options.primary ? words.length > 0 : words.length === 0)
      throw new ConfigError('Name the endpoints to remove, or say --primary.')
    const what = options.primary ? 'the primary endpoint' : words.join(', ')
    await confirm(`Remove ${printable(what)} for good? What waits is canceled.`, options)
    await forEachId(
      options.primary ? ['primary'] : words,
      options,
      (id) =>
        options.primary
          ? client.call('deleteImagesV1Webhooks')
          : client.call('deleteImagesV1WebhooksId', { path: { id } }),
      { text: (id) => `removed ${id}`, json: (id) => ({ id, removed: true }) },
    )
  },
}
