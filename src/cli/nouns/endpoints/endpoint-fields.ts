import { type Command, Option } from 'commander'
import type { CallInput, CallResult } from '../../../client/client.ts'
import { ConfigError } from '../../../config/config-error.ts'
import { endpointLimits } from '../../../domain/endpoint.ts'
import { readCount, readEventTypes, readHeaders, readPostUrl } from '../../read-flags.ts'
import { repeated } from '../../repeated.ts'
import { addNewSecretOptions, type NewSecretFlags, readNewSecret } from '../secret.ts'

export type Endpoint = CallResult<'getImagesV1WebhooksId'>

/** The flags that say how an endpoint is sent to. */
export type EndpointFieldOptions = NewSecretFlags & {
  readonly name?: string
  readonly events?: string
  readonly header?: readonly string[]
  readonly headerEnv?: readonly string[]
  readonly maxConcurrency?: string
  readonly rateLimit?: string
  readonly timeout?: string
  readonly ordered?: boolean
}

/** Gives a command the flags of every field. */
export const addEndpointFields = (command: Command): Command =>
  addNewSecretOptions(
    command
      .option('--name <name>', 'what it is called')
      .option('--events <types>', 'event types, separated by commas (default: image.uploaded)')
      .option('--header <name: value>', 'one more header on every delivery; repeatable', repeated)
      .option('--header-env <name=variable>', 'the same, its value from the environment; repeatable', repeated)
      .addOption(
        new Option(
          '--max-concurrency <count>',
          `attempts at once, 1 to ${endpointLimits.maxConcurrency}; none: as the server sees fit`,
        ),
      )
      .option('--rate-limit <count>', `attempts a second, 1 to ${endpointLimits.rateLimitPerSecond}; none: no limit`)
      .option(
        '--timeout <seconds>',
        `of one attempt, 1 to ${endpointLimits.timeoutSeconds}; none: as the server is set`,
      )
      .option('--ordered', 'strictly in the order of the events, one at a time')
      .option('--no-ordered', 'several at once, in no order'),
  )

type Fields = Omit<Exclude<CallInput<'patchImagesV1WebhooksId'>['body'], FormData | undefined>, 'url' | 'active'>

const headerFromEnvironment = (text: string): string => {
  const [, name, variable = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
  const value = process.env[variable]
  if (name === undefined)
    throw new ConfigError('--header-env must be written as name=VARIABLE, such as authorization=SHOP_AUTHORIZATION.')
  if (!value) throw new ConfigError(`--header-env: there is nothing in ${variable}.`)
  return `${name}: ${value}`
}

const limit = (flag: string, text: string | undefined, most: number): number | null | undefined => {
  if (text === undefined) return undefined
  return text === 'none' ? null : readCount(flag, text, 1, most)
}

/** The fields that the flags name, as the API takes them. @throws ConfigError */
export const readEndpointFields = async (options: EndpointFieldOptions): Promise<Fields> => {
  const { name, events, header, headerEnv, ordered } = options
  const headers = [...(header ?? []), ...(headerEnv ?? []).map(headerFromEnvironment)]
  const secret = await readNewSecret(options)
  const fields: { [Name in keyof Fields]: Fields[Name] | undefined } = {
    name,
    events: events === undefined ? undefined : [...readEventTypes(events)],
    headers: header || headerEnv ? readHeaders(headers) : undefined,
    max_concurrency: limit('--max-concurrency', options.maxConcurrency, endpointLimits.maxConcurrency),
    rate_limit: limit('--rate-limit', options.rateLimit, endpointLimits.rateLimitPerSecond),
    timeout_seconds: limit('--timeout', options.timeout, endpointLimits.timeoutSeconds),
    ordered,
    secret,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** As it is sent: the server may take plain HTTP, the form is checked here. */
export const readEndpointUrl = (text: string): string => {
  readPostUrl('The URL', text)
  return text
}
