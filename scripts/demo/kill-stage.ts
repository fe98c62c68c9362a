import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Api, connect } from './api.ts'
import { findFreePort } from './free-port.ts'
import { type BeforeAnswer, type LedgerReceiver, startLedgerReceiver } from './ledger-receiver.ts'
import { type MortalServer, startMortalServer } from './mortal-server.ts'
import { newTenant } from './server-process.ts'
import { shortRetrySchedule } from './stage.ts'

/** A server to kill, and a receiver that it tells of uploads. */
export type KillStage = {
  readonly server: MortalServer
  readonly receiver: LedgerReceiver
  readonly api: Api
  readonly endpointId: string
  /** Where the server keeps everything. */
  readonly dataFolder: string
  leave(): Promise<void>
}

/** Starts both, the server with its data in `folder`, and registers the receiver with the guide's PUT. */
export const setKillStage = async (folder: string, beforeAnswer?: BeforeAnswer): Promise<KillStage> => {
  const dataFolder = join(folder, 'server')
  mkdirSync(dataFolder)
  const secret = randomBytes(24).toString('base64url')
  const tenant = newTenant()
  const receiver = await startLedgerReceiver(secret, beforeAnswer)
  try {
    const port = await findFreePort()
    const server = await startMortalServer({ dataFolder, port, tenant, retrySchedule: shortRetrySchedule })
    const api = connect(server.url, tenant)
    const endpointId = await api.register(receiver.url, secret)
    return {
      server,
      receiver,
      api,
      endpointId,
      dataFolder,
      async leave() {
        await server.stop()
        await receiver.close()
      },
    }
  } catch (error) {
    await receiver.close()
    throw error
  }
}
