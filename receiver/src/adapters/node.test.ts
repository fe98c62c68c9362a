import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { brokenPromises, changedBodies, readBefore, told, receivingNow, serve } from '../../test/behind.ts'
import { secret } from '../../test/deliver.ts'
import { code, streamed } from '../../test/receiving.ts'
import { freshEvent } from '../contract/fresh-event.ts'
import { signRequest } from '../contract/sign-request.ts'
import { createReceiver, memoryInbox } from '../index.ts'
import { nodeHandler } from '../node.ts'

/** What a server at this address writes back to these lines, until it closes the connection. */
const talk = (url: string, ...lines: string[]): Promise<string> => {
  const { port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(Number(port), '127.0.0.1').setEncoding('latin1').on('error', reject)
  let said = ''
  socket.on('data', (chunk) => (said += String(chunk))).on('end', () => resolve(said))
  socket.write([...lines, 'connection: close', '', ''].join('\r\n'))
  return promise
}

test('node:http keeps the contract, and every byte', async () => {
  const made = receivingNow()
  const url = await serve(nodeHandler(made))
  expect(await brokenPromises(made, fetch, url)).toEqual([])
  expect(await changedBodies(made, fetch, url)).toEqual([])
})

test('node:http that has read the body ends with 500, and the record has the fix', async () => {
  const made = receivingNow()
  const handle = nodeHandler(made)
  const url = await serve(async (incoming, outgoing) => {
    await incoming.toArray()
    await handle(incoming, outgoing)
  })
  const response = await fetch(await signRequest({ url, secret, body: freshEvent('image.uploaded') }))
  expect(await told(response, made)).toEqual(readBefore('Call the handler before anything reads the request'))
})

test.each([
  ['TRACE / HTTP/1.1', 405],
  ['OPTIONS * HTTP/1.1', 405],
  ['POST http://elsewhere.example/ HTTP/1.1', 415],
  ['POST // HTTP/1.1', 415],
  ['POST /%zz?\\ HTTP/1.1', 415],
])('%s is answered, not thrown: %i', async (line, status) => {
  const url = await serve(nodeHandler(receivingNow()))
  expect(await talk(url, line, 'host: a b|c', 'x-odd: \u00ff')).toMatch(`HTTP/1.1 ${status} `)
})

test('a body without end is answered 413 on a connection that still works', async () => {
  const url = await serve(nodeHandler(receivingNow()))
  let pieces = 64
  const body = new ReadableStream({
    pull: (controller) => (pieces-- ? controller.enqueue(new Uint8Array(16_384)) : controller.close()),
  })
  const request = new Request(url, streamed(body))
  expect(await code(await fetch(request))).toBe('body_too_large')
  expect(await code(await fetch(await signRequest({ url, secret, body: freshEvent('image.uploaded') })))).toBe('done')
})

test('a sender that goes away in the middle of a body leaves a record, and the server goes on', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const made = receivingNow({ audit: (record) => resolve(record.code) })
  const url = await serve(nodeHandler(made))
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{')
  socket.end()
  onTestFinished(() => void socket.destroy())
  expect(await promise).toBe('body_unreadable')
  expect(await code(await fetch(await signRequest({ url, secret, body: freshEvent('image.uploaded') })))).toBe('done')
})

test('a function in place of the receiver gets what Node knows of the connection', async () => {
  const got: unknown[] = []
  const receiver = createReceiver<{ address: string | undefined }>({
    secrets: secret,
    inbox: memoryInbox(),
    unknown: 'ignore',
    rateLimit: (_request, env) => got.push(env.address) > 0,
  })
  const url = await serve(
    nodeHandler((request, incoming) => receiver.fetch(request, { address: incoming.socket.remoteAddress })),
  )
  await fetch(await signRequest({ url, secret, body: freshEvent('image.uploaded') }))
  expect(got).toEqual(['127.0.0.1'])
})
