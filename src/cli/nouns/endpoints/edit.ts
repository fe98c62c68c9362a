import type { Command } from 'commander'
import type { CallInput, Client } from '../../../client/client.ts'
import { ConfigError } from '../../../config/config-error.ts'
import { printJson } from '../../table.ts'
import { firstWord, type Verb } from '../verb.ts'
import { addEndpointFields, type EndpointFieldOptions, readEndpointFields, readEndpointUrl } from './endpoint-fields.ts'
import { printEndpoint } from './print-endpoint.ts'

type DryRunOptions = { readonly dryRun?: boolean }

const addDryRun = (command: Command): Command =>
  command.option('--dry-run', 'only ask the server whether it would take these fields')

/** Rejects as the call itself would. */
const checkOnly = async (
  client: Client,
  body: NonNullable<CallInput<'postImagesV1WebhooksCheck'>['body']>,
  { json }: { readonly json?: boolean },
): Promise<void> => {
  await client.call('postImagesV1WebhooksCheck', { body })
  if (json) printJson({ taken: true })
  else console.log('The server would take these fields; nothing was stored.')
}

/** `imagehooks endpoints add`. */
export const addEndpointVerb: Verb<EndpointFieldOptions & DryRunOptions & { readonly primary?: boolean }> = {
  name: 'add',
  description: 'add an endpoint; a secret that is made for it is shown this once',
  declare: (command) =>
    addDryRun(addEndpointFields(command.argument('<url>', 'of the receiver'))).option(
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
    if (call.options.dryRun) return checkOnly(call.client, body, call.options)
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
export const editVerb: Verb<EndpointFieldOptions & DryRunOptions & { readonly to?: string }> = {
  name: 'edit',
  description: 'change an endpoint; what no flag names stays as it was',
  declare: (command) =>
    addDryRun(
      addEndpointFields(
        command.argument('<id>', 'webhook_…').option('--to <url>', 'the new URL; what waits goes there'),
      ),
    ),
  examples: [
    ['endpoints edit webhook_01j… --to https://shop.example/v2/webhooks', 'what waits goes to the new URL'],
    ['endpoints edit webhook_01j… --rate-limit 50 --max-concurrency none', 'faster or slower'],
    ["endpoints edit webhook_01j… --header 'x-shop: 7'", 'the headers given take the place of all before'],
  ],
  async run(call) {
    const { to } = call.options
    const body = { ...(to !== undefined && { url: readEndpointUrl(to) }), ...(await readEndpointFields(call.options)) }
    if (Object.keys(body).length === 0) throw new ConfigError('Say what to change; --help shows the flags.')
    if (call.options.dryRun) return checkOnly(call.client, body, call.options)
    const path = { id: firstWord(call) }
    printEndpoint(await call.client.call('patchImagesV1WebhooksId', { path, body }), call.options)
  },
}
