import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A TCP server on 127.0.0.1 that accepts every connection and never says a word. */
export type SilentServer = {
  readonly port: number
  /** The connections that are open. */
  readonly sockets: ReadonlySet<Socket>
  /** Connections made so far. */
  readonly connectionCount: number
}

/** Starts one; it closes when the present test ends, whatever its outcome. */
export const silentServer = async (): Promise<SilentServer> => {
  const sockets = new Set<Socket>()
  let connectionCount = 0
  const server = createServer((socket) => {
    connectionCount += 1
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(() => resolve()))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    port: address.port,
    sockets,
    get connectionCount() {
      return connectionCount
    },
  }
}
