import type { OwnProcess } from './own-process.ts'
import { type ServerWish, startServer } from './server-process.ts'

/** A server that is killed and comes back: same port, same data. */
export type MortalServer = {
  /** The same in every life. */
  readonly url: string
  /** The process of the present life, or of the last. */
  processId(): number
  /** Resolves when it is up; at once where it is. Rejects when it could not come back. */
  up(): Promise<void>
  /** `kill -9`, then `whileDead`, then a new start; resolves when it is up again. */
  killAndRevive(whileDead?: () => Promise<void>): Promise<void>
  /** Makes it stand still while something is done. */
  pauseWhile(work: () => Promise<void>): Promise<void>
  /** Stops it for good, by a signal it may act on. */
  stop(): Promise<void>
}

/** Starts whatever can be started again and again, and is the same in each life. */
export const startMortal = async (begin: () => Promise<OwnProcess>): Promise<MortalServer> => {
  let latest = await begin()
  let life = Promise.resolve(latest)
  const { url } = latest
  const revive = async (present: OwnProcess, whileDead?: () => Promise<void>): Promise<OwnProcess> => {
    await present.kill()
    await whileDead?.()
    latest = await begin()
    return latest
  }
  return {
    url,
    processId: () => latest.id,
    async up() {
      await life
    },
    async killAndRevive(whileDead) {
      life = revive(await life, whileDead)
      await life
    },
    async pauseWhile(work) {
      const present = await life
      present.pause()
      try {
        await work()
      } finally {
        present.resume()
      }
    },
    async stop() {
      await (await life).stop()
    },
  }
}

/** Starts a server whose lives can be counted. */
export const startMortalServer = (wish: ServerWish): Promise<MortalServer> => startMortal(() => startServer(wish))
