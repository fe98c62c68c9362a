import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { atExit } from './belongings.ts'

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

/** The real server, `imagehooks dev`, in a process of its own. */
export type ServerProcess = {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>
  /** Asks it to stop (SIGTERM); resolves when the process is gone. Killed where that takes over 20 s. */
  stop(): Promise<void>
}

/** Without settings of the user's own, which could name another database. */
const environmentFor = ({ accountId, apiToken }: Tenant): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('IMAGEHOOKS_'))),
  IMAGEHOOKS_BOOTSTRAP_ACCOUNT_ID: accountId,
  IMAGEHOOKS_BOOTSTRAP_API_TOKEN: apiToken,
})

const rememberedLines = 12

/** Hears every line the process writes, so that its pipes never fill; remembers the last for a failed start. */
const listenTo = (child: ChildProcess): { address: Promise<string>; lastLines: readonly string[] } => {
  const lastLines: string[] = []
  const address = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        if (lastLines.push(line) > rememberedLines) lastLines.shift()
        const url = /listening on (https?:\/\/[\w.:[\]-]+)/.exec(line)?.[1]
        if (url !== undefined) resolve(url)
      })
    }
  })
  return { address, lastLines }
}

/** Starts the server and resolves when it listens. Rejects with what it wrote last when it ends before. */
export const startServer = async (wish: ServerWish): Promise<ServerProcess> => {
  const { dataFolder, port, tenant, retrySchedule } = wish
  const settings = ['--port', String(port), '--data-dir', dataFolder, '--retry-schedule', retrySchedule]
  const child = spawn(process.execPath, [entry, 'dev', ...settings], {
    cwd: dataFolder,
    env: environmentFor(tenant),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const keep = atExit(() => child.kill('SIGKILL'))
  const gone = once(child, 'close').finally(keep)
  const { address, lastLines } = listenTo(child)
  const url = await Promise.race([
    address,
    gone.then(() => {
      throw new Error(`The server ended before it listened. It wrote: ${lastLines.join(' ⏎ ') || 'nothing'}`)
    }),
  ])
  return {
    url,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async stop() {
      const patience = setTimeout(() => child.kill('SIGKILL'), 20_000)
      child.kill('SIGTERM')
      await gone
      clearTimeout(patience)
    },
  }
}
