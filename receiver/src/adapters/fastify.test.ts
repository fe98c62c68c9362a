import type { Readable } from 'node:stream'
import { fastify as fastify5 } from 'fastify'
import { fastify as fastify4 } from 'fastify4'
import { describe, expect, onTestFinished, test } from 'vitest'
import { brokenPromises, changedBodies, readBefore, told, receivingNow } from '../../test/behind.ts'
import { secret } from '../../test/deliver.ts'
import { freshEvent } from '../contract/fresh-event.ts'
import { signRequest } from '../contract/sign-request.ts'
import { fastifyReceiver } from '../fastify.ts'

type Made = ReturnType<typeof receivingNow>

/** An app with the receiver and a route of its own beside it, whose hook may read every body first. */
const makeApp5 = async (made: Made, readFirst: boolean) => {
  const app = fastify5()
  if (readFirst) app.addHook('preParsing', async (_request, _reply, payload) => readAll(payload))
  await app.register(fastifyReceiver(made), { path: '/webhooks' })
  return app.post('/own', async (request) => ({ got: request.body }))
}

/** The same; the types of the two have nothing in common. */
const makeApp4 = async (made: Made, readFirst: boolean) => {
  const app = fastify4()
  if (readFirst) app.addHook('preParsing', async (_request, _reply, payload) => readAll(payload))
  await app.register(fastifyReceiver(made), { path: '/webhooks' })
  return app.post('/own', async (request) => ({ got: request.body }))
}

const readAll = async <Payload extends Pick<Readable, 'toArray'>>(payload: Payload): Promise<Payload> => {
  await payload.toArray()
  return payload
}

describe.each([
  ['Fastify 5', makeApp5],
  ['Fastify 4', makeApp4],
])('%s', (_version, makeApp) => {
  const start = async (made: Made, { readFirst = false } = {}): Promise<string> => {
    const app = await makeApp(made, readFirst)
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => app.close())
    return `${address}/webhooks`
  }

  test('keeps the contract and every byte, and other routes keep their parser', async () => {
    const made = receivingNow()
    const url = await start(made)
    expect(await brokenPromises(made, fetch, url)).toEqual([])
    expect(await changedBodies(made, fetch, url)).toEqual([])
    const own = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1.0}' }
    expect(await (await fetch(url.replace('/webhooks', '/own'), own)).json()).toEqual({ got: { a: 1 } })
  })

  test('whose hook reads bodies first ends with 500, and the record has the fix', async () => {
    const made = receivingNow()
    const url = await start(made, { readFirst: true })
    const response = await fetch(await signRequest({ url, secret, body: freshEvent('image.uploaded') }))
    expect(await told(response, made)).toEqual(readBefore('Register the plugin where no preParsing hook'))
  })
})
