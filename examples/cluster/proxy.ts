import { once } from 'node:events'
import { Agent, createServer, request as open, type IncomingHttpHeaders } from 'node:http'
import { pipeline } from 'node:stream'

/** One address for several nodes. */
export type Proxy = {
  /** Without a slash at the end. */
  readonly url: string
  /** Names the nodes; until then every request is answered 502. */
  serve(nodeUrls: readonly string[]): void
  close(): Promise<void>
}

/** Headers of one connection, which say nothing about the next (RFC 9110 §7.6.1). */
const ofOneConnection = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade'])

const forwarded = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneConnection.has(name)))

/**
 * Hands each request to the next node in turn, and streams both ways. It holds nothing back and tries nothing twice: a
 * node that is down is answered for with 502. In production this is the work of any load balancer.
 */
export const startProxy = async (): Promise<Proxy> => {
  const agent = new Agent()
  let nodes: readonly string[] = []
  let turn = 0
  const server = createServer((request, response) => {
    const refuse = (): void => {
      if (response.headersSent) response.destroy()
      else response.writeHead(502, { 'content-type': 'text/plain', 'retry-after': '1' }).end('The node is away.\n')
    }
    const node = nodes[turn++ % nodes.length]
    if (node === undefined) return refuse()
    const onward = open(new URL(request.url ?? '/', node), {
      agent,
      method: request.method,
      headers: forwarded(request.headers),
    })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, forwarded(answer.headers))
      pipeline(answer, response, () => {})
    })
    // A client that breaks off ends the request to the node with it.
    pipeline(request, onward, (error) => {
      if (error) refuse()
    })
    onward.on('error', refuse)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    serve(nodeUrls) {
      nodes = nodeUrls
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      agent.destroy()
    },
  }
}
