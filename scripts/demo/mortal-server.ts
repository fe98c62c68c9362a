import { type ServerProcess, type ServerWish, startServer } from './server-process.ts'

/** A server that is killed and comes back: same port, same data. */
export type MortalServer = {
  /** The same in every life. */
  readonly url: string
  /** Resolves when it is up; at once where it is. Rejects when it could not come back. */
  up(): Promise<void>
  /** `kill -9`, then `whileDead`, then a new start; resolves when it is up again. */
  killAndRevive(whileDead?: () => Promise<void>): Promise<void>
  /** Stops it for good, by a signal it may act on. */
  stop(): Promise<void>
}

/** Starts a server whose lives can be counted. */
export const startMortalServer = async (wish: ServerWish): Promise<MortalServer> => {
  let life: Promise<ServerProcess> = startServer(wish)
  const { url } = await life
  const revive = async (present: ServerProcess, whileDead?: () => Promise<void>): Promise<ServerProcess> => {
    await present.kill()
    await whileDead?.()
    return startServer(wish)
  }
  return {
    url,
    async up() {
      await life
    },
    async killAndRevive(whileDead) {
      life = revive(await life, whileDead)
      await life
    },
    async stop() {
      await (await life).stop()
    },
  }
}
