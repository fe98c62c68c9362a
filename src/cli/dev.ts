import { eventTypes } from '@imagehooks/receiver'
import type { Imagehooks } from '../compose/compose.ts'
import { version } from '../compose/version.ts'
import { ConfigError } from '../config/config-error.ts'
import type { Config } from '../config/config.ts'
import { makeFolder } from '../config/make-folder.ts'
import { systemRandom } from '../domain/random.ts'
import { inboxPath, inboxReceivePath } from '../http/inbox.ts'
import { type DevFile, readDevFile, writeDevFile } from './dev-file.ts'
import { devGreeting, jsonGreeting, ownName } from './dev-greeting.ts'
import { runServer } from './run-server.ts'

/** What the built-in receiver's endpoint is called. */
const inboxName = 'inbox'

const newSecret = (): string => `whsec_${Buffer.from(systemRandom.bytes(32)).toString('base64')}`

/** The account that was named, kept or, at the first start, is made now. */
const accountFor = async (
  { bootstrap }: Config,
  { accounts }: Imagehooks,
  kept: DevFile | undefined,
): Promise<Pick<DevFile, 'accountId' | 'apiToken'>> => {
  const known = bootstrap ?? kept
  if (known) {
    await accounts.ensure({ id: known.accountId, token: known.apiToken })
    return known
  }
  const { account, token } = await accounts.create({ name: 'dev' })
  return { accountId: account.id, apiToken: token }
}

/** The endpoint of the inbox: found by its name and path, added at the first start, moved when the port has changed. */
const registerInbox = async (
  { endpoints }: Imagehooks,
  accountId: string,
  url: string,
  secret: string,
): Promise<void> => {
  const present = (await endpoints.list(accountId)).find(
    (endpoint) => endpoint.name === inboxName && new URL(endpoint.url).pathname === inboxReceivePath,
  )
  if (present) await endpoints.patch(accountId, present.id, { url, secret })
  else await endpoints.add(accountId, { url, secret, name: inboxName, events: eventTypes })
}

/** Tells of the one that runs where it is; the store alone knows that there is one. */
const alreadyRuns = (error: unknown, dataFolder: string, kept: DevFile | undefined): unknown =>
  error instanceof Error && error.name === 'FolderInUseError' && kept?.url !== undefined
    ? new ConfigError(
        `Imagehooks runs already with the data folder ${dataFolder}, at ${kept.url}: use that one, stop it, or choose another folder with --data-dir.`,
      )
    : error

/** `imagehooks dev`: a server for this machine with an account, a token and an inbox. Resolves after the stop. */
export const dev = async (config: Config, { json = false }: { readonly json?: boolean } = {}): Promise<void> => {
  const { dataFolder } = config
  makeFolder(dataFolder)
  const kept = await readDevFile(dataFolder)
  const inboxSecret = kept?.inboxSecret ?? newSecret()
  const prepare = async (imagehooks: Imagehooks, url: string): Promise<string> => {
    const { accountId, apiToken } = await accountFor(config, imagehooks, kept)
    await writeDevFile(dataFolder, { accountId, apiToken, inboxSecret, url })
    await registerInbox(imagehooks, accountId, `${url}${inboxReceivePath}`, inboxSecret)
    const dashboardUrl = `${url}/#code=${imagehooks.sessions.createCode(apiToken)}`
    const greeting = { version, url, accountId, apiToken, dashboardUrl, inboxUrl: `${url}${inboxPath}`, dataFolder }
    if (json) return jsonGreeting(greeting)
    const columns = process.stdout.isTTY ? process.stdout.columns : Infinity
    return devGreeting(greeting, columns, ownName(process.env))
  }
  try {
    await runServer({ ...config, inbox: { secret: inboxSecret } }, prepare)
  } catch (error) {
    throw alreadyRuns(error, dataFolder, kept)
  }
}
