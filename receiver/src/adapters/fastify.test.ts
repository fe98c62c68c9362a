import { fastify, type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { brokenPromises, changedBodies, readBefore, told, receivingNow, urlOf } from '../../test/behind.ts'
import { secret } from '../../test/deliver.ts'
import { freshEvent } from '../contract/fresh-event.ts'
import { signRequest } from '../contract/sign-request.ts'
import { fastifyReceiver } from '../fastify.ts'

/** An app that listens until the test ends, and has a route of its own beside the receiver's. */
const start = async (app: FastifyInstance, made: ReturnType<typeof receivingNow>): Promise<string> => {
  await app.register(fastifyReceiver(made), { path: '/webhooks' })
  app.post('/own', async (request) => ({ got: request.body }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('The app listens at no port.')
  return urlOf(address)
}

test('Fastify keeps the contract and every byte, and other routes keep their parser', async () => {
  const made = receivingNow()
  const url = await start(fastify(), made)
  expect(await brokenPromises(made, fetch, url)).toEqual([])
  expect(await changedBodies(made, fetch, url)).toEqual([])
  const own = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1.0}' }
  expect(await (await fetch(url.replace('/webhooks', '/own'), own)).json()).toEqual({ got: { a: 1 } })
})

test('Fastify whose hook reads bodies first ends with 500, and the record has the fix', async () => {
  const made = receivingNow()
  const app = fastify()
  app.addHook('preParsing', async (_request, _reply, payload) => {
    await payload.toArray()
    return payload
  })
  const url = await start(app, made)
  const response = await fetch(await signRequest({ url, secret, body: freshEvent('image.uploaded') }))
  expect(await told(response, made)).toEqual(readBefore('Register the plugin where no preParsing hook'))
})
