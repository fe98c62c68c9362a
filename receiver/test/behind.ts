import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { receiverContract } from '../src/contract/contract.ts'
import { signRequest } from '../src/contract/sign-request.ts'
import type { ReceiverOptions } from '../src/index.ts'
import { secret } from './deliver.ts'
import { oddBodies } from './odd-bodies.ts'
import { code, receiving } from './receiving.ts'

/** A receiver by today's clock, of which a framework makes a handler. */
export const receivingNow = (options: Partial<ReceiverOptions> = {}) => {
  const made = receiving({ now: Date.now, ...options })
  made.on('image.*', made.handle)
  return made
}

/** Serves by node:http until the test ends, and answers the address of the webhooks. */
export const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens at no port.')
  return urlOf(address)
}

/** Where webhooks go that are sent to this address. */
export const urlOf = ({ port }: AddressInfo): string => `http://127.0.0.1:${port}/webhooks`

type Made = ReturnType<typeof receivingNow>
type Send = (request: Request) => Promise<Response>

/** What a receiver behind something does against the contract: empty when all is well. */
export const brokenPromises = async (made: Made, send: Send, url?: string): Promise<string[]> => {
  const broken: string[] = []
  const handledCount = (id: string) => made.handled.filter(({ event }) => event.image.id === id).length
  for (const { name, run } of receiverContract) {
    const ran = run({ send, secret, handledCount, ...(url && { url }) })
    await ran.catch((error: unknown) => broken.push(`${name}: ${String(error)}`))
  }
  return broken
}

/** The odd bodies, sent under the right signature, by both schemes, that did not reach the receiver as they were. */
export const changedBodies = async (made: Made, send: Send, url?: string): Promise<string[]> => {
  const changed: string[] = []
  for (const [name, body, wanted] of oddBodies()) {
    const codes: unknown[] = []
    for (const schemes of [['guide'], ['standard']] as const)
      codes.push(await code(await send(await signRequest({ ...(url && { url }), secret, body, schemes }))))
    const same = wanted === 'done' ? ['done', 'duplicate'] : [wanted, wanted]
    const got = wanted === 'done' ? made.handled.at(-1)?.body : body
    if (codes.join() !== same.join() || !Buffer.from(body).equals(got ?? Buffer.of()))
      changed.push(`${name}: ${codes.join()}`)
  }
  return changed
}

/** What the sender and the record learned. */
export const told = async (response: Response, { records }: Made) => ({
  status: response.status,
  body: await response.text(),
  error: String(records.at(-1)?.error),
})

/** What they must learn where the body was read before: the sender nothing, the record the fix. */
export const readBefore = (fix: string) => ({
  status: 500,
  body: '{"code":"misconfigured"}',
  error: expect.stringContaining(
    `TypeError: The body was read or parsed before it came to the receiver, and the signature is made of its very bytes. ${fix}`,
  ),
})
