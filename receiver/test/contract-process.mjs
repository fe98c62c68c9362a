// The contract of a receiver in Node, Deno or Bun: called directly, and behind the runtime's own server over HTTP.
import { bunHandler } from '@imagehooks/receiver/bun'
import { denoHandler } from '@imagehooks/receiver/deno'
import { makeGround, runContract } from './contract-ground.mjs'

const serveByNode = async (receiver) => {
  const { createServer } = await import('node:http')
  const { nodeHandler } = await import('@imagehooks/receiver/node')
  const server = createServer(nodeHandler(receiver))
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return { port: server.address().port, stop: () => server.close() && server.closeAllConnections() }
}

const serveByDeno = (receiver) => {
  const server = globalThis.Deno.serve(
    { port: 0, hostname: '127.0.0.1', onListen: () => undefined },
    denoHandler(receiver),
  )
  return { port: server.addr.port, stop: () => server.shutdown() }
}

const serveByBun = (receiver) => {
  const server = globalThis.Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: bunHandler(receiver) })
  return { port: server.port, stop: () => server.stop(true) }
}

const runtimes = [
  ['deno', 'Deno', serveByDeno],
  ['bun', 'Bun', serveByBun],
  ['node', 'process', serveByNode],
]
const [runtime, , serve] = runtimes.find(([, name]) => name in globalThis)

const direct = makeGround()
const called = await runContract({ ...direct.target, send: direct.receiver.fetch })
const served = makeGround()
const server = await serve(served.receiver)
const overHttp = await runContract({ ...served.target, send: fetch, url: `http://127.0.0.1:${server.port}/webhooks` })
await server.stop()
process.stdout.write(JSON.stringify({ runtime, called, overHttp }))
