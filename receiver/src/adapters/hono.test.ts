import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { expect, test } from 'vitest'
import { brokenPromises, changedBodies, readBefore, told, receivingNow, serve } from '../../test/behind.ts'
import { secret } from '../../test/deliver.ts'
import { freshEvent } from '../contract/fresh-event.ts'
import { signRequest } from '../contract/sign-request.ts'
import { honoHandler } from '../hono.ts'
import { createReceiver, memoryInbox } from '../index.ts'

test('Hono, called and on Node, keeps the contract and every byte', async () => {
  const made = receivingNow()
  const app = new Hono().all('/webhooks', honoHandler(made))
  const url = await serve(getRequestListener(app.fetch))
  expect(await brokenPromises(made, async (request) => app.fetch(request))).toEqual([])
  expect(await brokenPromises(made, fetch, url)).toEqual([])
  expect(await changedBodies(made, async (request) => app.fetch(request))).toEqual([])
  const limited = receivingNow()
  const limit = bodyLimit({ maxSize: 65_536 })
  const below = new Hono().use(limit).all('/webhooks', honoHandler(limited))
  expect(await changedBodies(limited, fetch, await serve(getRequestListener(below.fetch)))).toEqual([])
})

test("Hono's bindings and execution context reach the handler", async () => {
  type Bindings = { WEBHOOK_SECRET: string }
  const got: unknown[] = []
  const receiver = createReceiver<Bindings>({
    secrets: (env) => env.WEBHOOK_SECRET,
    inbox: memoryInbox(),
    unknown: 'ignore',
  }).on('image.uploaded', ({ env, context }) => void got.push(env, context))
  const app = new Hono<{ Bindings: Bindings }>().all('/webhooks', honoHandler(receiver))
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} }
  const request = await signRequest({ secret, body: freshEvent('image.uploaded') })
  expect((await app.fetch(request, { WEBHOOK_SECRET: secret }, context)).status).toBe(200)
  expect(got).toEqual([{ WEBHOOK_SECRET: secret }, context])
})

test.each([
  ['text()', (request: { text(): Promise<unknown> }) => request.text()],
  ['json()', (request: { json(): Promise<unknown> }) => request.json()],
  ['arrayBuffer()', (request: { arrayBuffer(): Promise<unknown> }) => request.arrayBuffer()],
])('Hono whose middleware calls %s first ends with 500, and the record has the fix', async (_name, read) => {
  const made = receivingNow()
  const app = new Hono()
    .use(async ({ req }, next) => {
      await read(req)
      await next()
    })
    .all('/webhooks', honoHandler(made))
  const send = async (request: Request) => app.fetch(request)
  const url = await serve(getRequestListener(app.fetch))
  const body = freshEvent('image.uploaded')
  expect(await told(await send(await signRequest({ secret, body })), made)).toEqual(
    readBefore('Register the receiver before any middleware'),
  )
  expect(await told(await fetch(await signRequest({ url, secret, body })), made)).toEqual(
    readBefore('Register the receiver before'),
  )
})
