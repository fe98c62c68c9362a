import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startExampleWorker } from '../example-worker.ts'
import type { LocalWorker } from '../local-worker.ts'
import { type Api, connect } from './api.ts'
import { ownFolder } from './belongings.ts'
import { findFreePort } from './free-port.ts'
import type { Screen } from './screen.ts'
import { sayDone, whileDoing } from './say.ts'
import { newTenant, startServer } from './server-process.ts'

/** Delays between attempts, so short that nobody waits for the Worker to be told. */
export const shortRetrySchedule = '0s,1s,2s,2s,5s,10s,20s'

/** The real server and the real Worker, introduced to each other. */
export type Stage = {
  readonly api: Api
  readonly endpointId: string
  /** Undefined while it is down. */
  worker(): LocalWorker | undefined
  takeWorkerDown(): Promise<void>
  /** At the same address, with its D1 as it was. */
  bringWorkerBack(): Promise<void>
  /** Stops both and removes what they kept. */
  leave(): Promise<void>
}

/** Starts both with data of their own, registers the Worker with the guide's PUT, and says so. */
export const setStage = async (screen: Screen): Promise<Stage> => {
  const folder = ownFolder()
  const [dataFolder, persistFolder] = [join(folder.path, 'server'), join(folder.path, 'worker')]
  for (const path of [dataFolder, persistFolder]) mkdirSync(path)
  const secret = randomBytes(24).toString('base64url')
  const tenant = newTenant()

  const server = await whileDoing(screen, 'Starting the server', async () =>
    startServer({ dataFolder, port: await findFreePort(), tenant, retrySchedule: shortRetrySchedule }),
  )
  sayDone(screen, 'server ', `${server.url}, its data in a temporary folder`)

  const port = await findFreePort()
  const startWorker = (): Promise<LocalWorker> => startExampleWorker(secret, { port, persistFolder })
  let worker: LocalWorker | undefined = await whileDoing(screen, 'Starting the Worker', startWorker)
  const webhookUrl = `${worker.url}/webhooks`
  sayDone(screen, 'Worker ', `${webhookUrl}, examples/worker on the Workers runtime, with D1 and a queue`)

  const api = connect(server.url, tenant)
  const endpointId = await api.register(webhookUrl, secret)
  sayDone(screen, 'webhook', `PUT …/images/v1/webhooks made ${endpointId}`)

  return {
    api,
    endpointId,
    worker: () => worker,
    async takeWorkerDown() {
      const present = worker
      worker = undefined
      await present?.stop()
    },
    async bringWorkerBack() {
      worker ??= await startWorker()
    },
    async leave() {
      await worker?.stop()
      await server.stop()
      folder.remove()
    },
  }
}
