import { ConfigError } from '../../../config/config-error.ts'
import { confirm } from '../../confirm.ts'
import { printable } from '../../printable.ts'
import { readDelay } from '../../read-flags.ts'
import { remark } from '../../remark.ts'
import { printJson } from '../../table.ts'
import { forEachId } from '../each.ts'
import { addSecretOptions, readSecret, type SecretOptions } from '../secret.ts'
import { firstWord, type Verb } from '../verb.ts'
import { addEndpointFields, type EndpointFieldOptions, readEndpointFields, readEndpointUrl } from './endpoint-fields.ts'
import { printEndpoint } from './print-endpoint.ts'

/** `imagehooks endpoints add`. */
export const addEndpointVerb: Verb<EndpointFieldOptions & { readonly primary?: boolean }> = {
  name: 'add',
  description: 'add an endpoint; a secret that is made for it is shown this once',
  declare: (command) =>
    addEndpointFields(command.argument('<url>', 'of the receiver')).option(
      '--primary',
      'make, or replace, the account’s primary endpoint: the one of Cloudflare’s call',
    ),
  examples: [
    ['endpoints add https://shop.example/webhooks --events image.uploaded,image.deleted', 'one more'],
    ['endpoints add https://shop.example/webhooks --secret-env WEBHOOK_SECRET', 'with the secret the receiver has'],
    ['endpoints add https://shop.example/webhooks --ordered --rate-limit 20', 'gently, in order'],
  ],
  async run(call) {
    const body = { url: readEndpointUrl(firstWord(call)), ...(await readEndpointFields(call.options)) }
    const name = call.options.primary ? 'putImagesV1Webhooks' : 'postImagesV1Webhooks'
    printEndpoint(await call.client.call(name, { body }), call.options)
  },
}

/** `imagehooks endpoints get`. */
export const getVerb: Verb<object> = {
  name: 'get',
  description: 'show an endpoint with all its fields',
  declare: (command) => command.argument('<id>', 'webhook_…'),
  examples: [['endpoints get webhook_01j…', 'imagehooks explain says how it fares, and why']],
  async run(call) {
    const path = { id: firstWord(call) }
    printEndpoint(await call.client.call('getImagesV1WebhooksId', { path }), call.options)
  },
}

/** `imagehooks endpoints edit`: what no flag names stays as it was. */
export const editVerb: Verb<EndpointFieldOptions & { readonly to?: string }> = {
  name: 'edit',
  description: 'change an endpoint; what no flag names stays as it was',
  declare: (command) =>
    addEndpointFields(command.argument('<id>', 'webhook_…').option('--to <url>', 'the new URL; what waits goes there')),
  examples: [
    ['endpoints edit webhook_01j… --to https://shop.example/v2/webhooks', 'what waits goes to the new URL'],
    ['endpoints edit webhook_01j… --rate-limit 50 --max-concurrency none', 'faster or slower'],
    ["endpoints edit webhook_01j… --header 'x-shop: 7'", 'the headers given take the place of all before'],
  ],
  async run(call) {
    const { to } = call.options
    const body = { ...(to !== undefined && { url: readEndpointUrl(to) }), ...(await readEndpointFields(call.options)) }
    if (Object.keys(body).length === 0) throw new ConfigError('Say what to change; --help shows the flags.')
    const path = { id: firstWord(call) }
    printEndpoint(await call.client.call('patchImagesV1WebhooksId', { path, body }), call.options)
  },
}

const activeVerb = (name: string, description: string, active: boolean, purpose: string): Verb<object> => ({
  name,
  description,
  declare: (command) => command.argument('<ids...>', 'webhook_…'),
  examples: [[`endpoints ${name} webhook_01j…`, purpose]],
  run: ({ client, options, words }) =>
    forEachId(words, options, (id) => client.call('patchImagesV1WebhooksId', { path: { id }, body: { active } }), {
      text: (_, endpoint) => `${endpoint.id} is ${endpoint.state}.`,
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
export const rotateVerb: Verb<SecretOptions & { readonly overlap?: string }> = {
  name: 'rotate',
  description: 'give an endpoint a new secret; the old one signs for a while beside it',
  declare: (command) =>
    addSecretOptions(
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
    const secret = await readSecret(options)
    const body = {
      ...(secret !== undefined && { secret }),
      ...(options.overlap !== undefined && {
        overlap_seconds: Math.round(readDelay('--overlap', options.overlap) / 1000),
      }),
    }
    const endpoint = await client.call('postImagesV1WebhooksIdSecret', { path: { id: firstWord(call) }, body })
    if (options.json) return printJson(endpoint)
    if (endpoint.secret !== undefined) console.log(endpoint.secret)
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
