import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

/**
 * A free port on 127.0.0.1 for a server that will go away and come back there. It lies below those that systems lend to
 * outgoing connections, so nobody borrows it meanwhile. Rejects when a hundred tries found none.
 */
export const findFreePort = async (): Promise<number> => {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(20_000, 30_000)
    if (await isFree(port)) return port
  }
  throw new Error('No free port was found between 20000 and 30000.')
}
