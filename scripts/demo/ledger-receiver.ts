import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createVerifier, guideScheme } from '@imagehooks/receiver/verify'
import { at, text } from './json.ts'
import type { Receipt } from './ledger.ts'

/** A receiver that writes down every webhook. */
export type LedgerReceiver = {
  readonly url: string
  /** Everything that arrived whole, oldest first. */
  readonly receipts: readonly Receipt[]
  /** Resolves when no sender is connected any more: all a killed one had sent is then in the receipts. */
  quiet(): Promise<void>
  close(): Promise<void>
}

/** Asked with each receipt before it is answered 200; answers whether to answer at all. */
export type BeforeAnswer = (receipt: Receipt) => Promise<boolean> | boolean

const asText = (header: string | string[] | undefined): string | null => (typeof header === 'string' ? header : null)

/** Starts a receiver on 127.0.0.1 that believes this secret, and answers 200 to whatever arrives. */
export const startLedgerReceiver = async (
  secret: string,
  beforeAnswer: BeforeAnswer = () => true,
): Promise<LedgerReceiver> => {
  const verify = createVerifier(secret, [guideScheme])
  const receipts: Receipt[] = []
  let connectionCount = 0
  const waiting: (() => void)[] = []

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = new Uint8Array(await buffer(request))
    const { ok: isGenuine } = await verify({ get: (name) => asText(request.headers[name]) }, body)
    const receipt: Receipt = {
      webhookId: asText(request.headers['webhook-id']) ?? '',
      imageId: text(at(JSON.parse(new TextDecoder().decode(body)), 'image', 'id')),
      bodyDigest: createHash('sha256').update(body).digest('hex'),
      isGenuine,
    }
    receipts.push(receipt)
    if (await beforeAnswer(receipt)) response.end('ok')
  }

  const server = createServer((request, response) => {
    // A sender that is killed in the middle of a request has sent nothing that counts.
    take(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    connectionCount += 1
    socket.on('error', () => {})
    socket.on('close', () => {
      connectionCount -= 1
      if (connectionCount === 0) for (const resolve of waiting.splice(0)) resolve()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')

  return {
    url: `http://127.0.0.1:${address.port}/webhooks`,
    receipts,
    quiet: () => (connectionCount === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
