import type { Command } from 'commander'
import { join } from 'node:path'
import { ConfigError } from '../config/config-error.ts'
import { createClient, type Client } from '../client/client.ts'
import { hintingClient } from './api-hints.ts'
import { readDevFile } from './dev-file.ts'
import type { ServerAccess } from './server-access.ts'
import { addSettingOptions, storageOf } from './setting-options.ts'

/** What says which account of which server a command is about. */
export type ApiOptions = {
  readonly url?: string | undefined
  readonly account?: string | undefined
  readonly token?: string | undefined
}

const defaultUrl = 'http://127.0.0.1:4747'

/** Gives a command the flags that lead to a server. */
export const addApiOptions = (command: Command): Command =>
  addSettingOptions(command, ['dataFolder'])
    .option(
      '--url <url>',
      `where the server is [IMAGEHOOKS_URL] (default: where imagehooks dev listens, ${defaultUrl})`,
    )
    .option('--account <id>', 'the account [IMAGEHOOKS_ACCOUNT_ID] (default: the one of imagehooks dev)')
    .option(
      '--token <token>',
      'an API token; the environment is the safer place [IMAGEHOOKS_API_TOKEN] (default: as above)',
    )

const isLoopback = (url: string): boolean => {
  try {
    return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
  } catch {
    throw new ConfigError(`--url must be a URL such as ${defaultUrl}.`)
  }
}

/** The first of these that was given, and what it was given by. */
const firstOf = (
  ...places: readonly (readonly [value: string | undefined, from: string])[]
): readonly [value: string, from: string] | undefined => {
  for (const [value, from] of places) if (value) return [value, from]
  return undefined
}

/**
 * Where a command asks: flags, then the environment, then what `imagehooks dev` made here and where it listened last. The
 * token among it is a secret of this machine's own server and is sent to this machine only.
 * @throws ConfigError where the account or the token is missing.
 */
export const serverOf = async (command: Command, options: ApiOptions): Promise<ServerAccess> => {
  const { env } = process
  const given = {
    url: firstOf([options.url, '--url'], [env['IMAGEHOOKS_URL'], 'IMAGEHOOKS_URL']),
    accountId: options.account || env['IMAGEHOOKS_ACCOUNT_ID'],
    token: firstOf([options.token, '--token'], [env['IMAGEHOOKS_API_TOKEN'], 'IMAGEHOOKS_API_TOKEN']),
  }
  const asksHere = given.url === undefined || isLoopback(given.url[0])
  const isWhole = given.url && given.accountId && given.token
  const dataFolder = asksHere && !isWhole ? storageOf(command).dataFolder : undefined
  const kept = dataFolder === undefined ? undefined : await readDevFile(dataFolder)
  const keptIn = join(dataFolder ?? '', 'dev.json')
  const accountId = given.accountId || kept?.accountId
  // A token opens its own account only, and that is of its own server.
  const own = kept !== undefined && accountId === kept.accountId ? kept : undefined
  const ownUrl = own?.url !== undefined && isLoopback(own.url) ? own.url : undefined
  const [url, serverFrom] = given.url ?? firstOf([ownUrl, keptIn]) ?? [defaultUrl, 'the default']
  const token = given.token ?? firstOf([own?.apiToken, keptIn])
  if (!accountId || !token)
    throw new ConfigError(
      'Say which account and which API token: --account or IMAGEHOOKS_ACCOUNT_ID, and IMAGEHOOKS_API_TOKEN; for the server of imagehooks dev, run this where its data folder is.',
    )
  return { server: url.replace(/\/+$/, ''), accountId, token: token[0], serverFrom, tokenFrom: token[1] }
}

/** The client of a server; what it rejects with says what to do next. */
export const clientAt = (access: ServerAccess): Client => {
  const { server: url, accountId, token } = access
  return hintingClient(createClient({ url, accountId, token, fetch: (request) => fetch(request) }), access)
}

/** The client of a command; throws as `serverOf`. */
export const clientOf = async (command: Command, options: ApiOptions): Promise<Client> =>
  clientAt(await serverOf(command, options))
