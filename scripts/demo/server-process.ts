import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { type OwnProcess, startProcess } from './own-process.ts'

const entry = fileURLToPath(new URL('../../bin/imagehooks.mjs', import.meta.url))

/** An account to be made at the start, and the token that opens it. */
export type Tenant = { readonly accountId: string; readonly apiToken: string }

/** A new account and token, unguessable. */
export const newTenant = (): Tenant => ({
  accountId: randomBytes(16).toString('hex'),
  apiToken: randomBytes(24).toString('base64url'),
})

/** How the server is started. */
export type ServerWish = {
  readonly dataFolder: string
  readonly port: number
  readonly tenant: Tenant
  /** As `--retry-schedule` takes it: `0s,1s,5s`. */
  readonly retrySchedule: string
}

/** Our environment with the account to make, without settings of the user's own, which could name another database. */
export const environmentFor = ({ accountId, apiToken }: Tenant): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('IMAGEHOOKS_'))),
  IMAGEHOOKS_BOOTSTRAP_ACCOUNT_ID: accountId,
  IMAGEHOOKS_BOOTSTRAP_API_TOKEN: apiToken,
})

/**
 * Starts the real server, `imagehooks dev`, in a process of its own, and resolves when it listens. Rejects with what it
 * wrote last when it ends before.
 */
export const startServer = ({ dataFolder, port, tenant, retrySchedule }: ServerWish): Promise<OwnProcess> =>
  startProcess({
    args: [entry, 'dev', '--port', String(port), '--data-dir', dataFolder, '--retry-schedule', retrySchedule],
    folder: dataFolder,
    environment: environmentFor(tenant),
    ready: /listening on (https?:\/\/[\w.:[\]-]+)/,
  })
