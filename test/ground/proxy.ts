import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A forward proxy on a real socket that takes CONNECT and keeps what it was asked for. */
export const testProxy = async (wish: { readonly answer?: string } = {}) => {
  const asked: { readonly authority: string; readonly authorization: string | undefined }[] = []
  const sockets = new Set<Socket>()
  const track = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((_incoming, response) => response.writeHead(405).end())
  server.on('connection', track)
  server.on('connect', ({ url = '', headers }, client: Socket) => {
    asked.push({ authority: url, authorization: headers['proxy-authorization'] })
    if (wish.answer !== undefined) return client.write(wish.answer)
    const { hostname, port } = new URL(`http://${url}`)
    const inside = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      inside.pipe(client)
      client.pipe(inside)
    })
    track(inside)
    inside.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  )
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  return { proxy: { host: '127.0.0.1', port: address.port, secure: false }, asked }
}
