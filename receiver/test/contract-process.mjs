// The contract of a receiver in Node, Deno or Bun: called directly, and behind the runtime's own server over HTTP.
import { bunHandler } from '@imagehooks/receiver/bun'
import { denoHandler } from '@imagehooks/receiver/deno'
import { makeGround, runContract } from './contract-ground.mjs'

const keep = (request) => request

const serveByNode = async (receiver, readFirst = keep) => {
  const { createServer } = await import('node:http')
  const { nodeHandler } = await import('@imagehooks/receiver/node')
  const handle = nodeHandler(receiver)
  const server = createServer(async (incoming, outgoing) => handle(await readFirst(incoming), outgoing))
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return { port: server.address().port, stop: () => server.close() && server.closeAllConnections() }
}

const serveByDeno = (receiver, readFirst = keep) => {
  const handler = denoHandler(receiver)
  const server = globalThis.Deno.serve(
    { port: 0, hostname: '127.0.0.1', onListen: () => undefined },
    async (request, info) => handler(await readFirst(request), info),
  )
  return { port: server.addr.port, stop: () => server.shutdown() }
}

const serveByBun = (receiver, readFirst = keep) => {
  const handler = bunHandler(receiver)
  const server = globalThis.Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request, running) => handler(await readFirst(request), running),
  })
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

/** What becomes of a body that something has read before: a request of the web by `text`, one of Node by `toArray`. */
const told = []
const careless = makeGround({ audit: ({ error }) => told.push(String(error)) })
const readAll = async (request) => {
  await (request.toArray?.() ?? request.text())
  return request
}
const behind = await serve(careless.receiver, readAll)
const url = `http://127.0.0.1:${behind.port}/webhooks`
const { status } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
await behind.stop()
process.stdout.write(JSON.stringify({ runtime, called, overHttp, readBefore: { status, told } }))
