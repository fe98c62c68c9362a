import { expect, test } from 'vitest'
import { sampleImage } from '../../scripts/sample-images.ts'
import { answer, hang, redirect } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { startServer, testAccount } from '../../test/ground/server.ts'
import { post, postStandard, secret, upload } from '../test/deliver.ts'
import { code, receiving } from '../test/receiving.ts'
import { confirmed, type ConfirmOptions } from './confirm.ts'
import { tokenScheme, type WebhookEvent } from './index.ts'

const delivering = (options: ConfirmOptions<WebhookEvent, void>) => {
  const made = receiving({ schemes: [tokenScheme] })
  made.on('image.*', confirmed(options, made.handle))
  const deliver = async (event: WebhookEvent) => ({
    code: await code(await made.fetch(post(event, { 'cf-webhook-auth': secret }))),
    error: String(made.records.at(-1)?.error),
  })
  return { ...made, deliver }
}

test('a handler gets the image as our own API tells it, whatever the webhook says of it', async () => {
  const server = await startServer({ listen: true })
  const fields = { id: 'holiday photos/2026 ä', creator: 'zoe', metadata: '{"album":"summer"}' }
  const { result } = await server.upload((await sampleImage('photo')).bytes, 'photo.png', fields)
  const images = {
    account: testAccount.accountId,
    apiToken: testAccount.apiToken,
    baseUrl: `${server.url}/client/v4`,
  }
  const { deliver, handled } = delivering({ images, gone: 'ignore' })
  const told = upload({
    image: {
      id: fields.id,
      filename: 'forged.jpg',
      creator: 'eve',
      metadata: { isAdmin: true },
      requireSignedURLs: true,
    },
  })
  expect(await deliver(told)).toMatchObject({ code: 'done' })
  expect(handled[0]?.event).toMatchObject({ event: 'image.uploaded', accountId: 'test' })
  expect(handled[0]?.event.image).toEqual({
    id: fields.id,
    filename: 'photo.png',
    uploaded: result.uploaded,
    requireSignedURLs: false,
    variants: result.variants,
    metadata: { album: 'summer' },
    creator: 'zoe',
  })
})

test('an image that is gone is ignored or handled, as was chosen', async () => {
  const server = await startServer({ listen: true })
  const images = { account: testAccount.accountId, apiToken: testAccount.apiToken, baseUrl: `${server.url}/client/v4` }
  const ignoring = delivering({ images, gone: 'ignore' })
  expect(await ignoring.deliver(upload())).toMatchObject({ code: 'done' })
  const gone: string[] = []
  const telling = delivering({ images, gone: ({ event }) => gone.push(event.image.id) })
  expect(await telling.deliver(upload())).toMatchObject({ code: 'done' })
  expect([gone, ignoring.handled, telling.handled]).toEqual([['test_image_id'], [], []])
})

test('an API that fails, mumbles or hangs makes the event come again', async () => {
  const api = await testReceiver()
  const images = { account: 'a', apiToken: 't', baseUrl: api.url }
  const { deliver, handled } = delivering({ images: () => images, gone: 'ignore' })
  const { id, filename, uploaded, requireSignedURLs, variants } = upload().image
  const image = { id, filename, uploaded, requireSignedURLs, variants }
  for (const [reaction, error] of [
    [answer(500), 'answered 500'],
    [answer(403), 'answered 403'],
    [redirect('/'), 'answered 302'],
    [answer(200, 'no JSON'), 'no such image'],
    [answer(200, '{"result":null}'), 'no such image'],
    [answer(200, JSON.stringify({ result: { ...image, id: 'another' } })), 'no such image'],
    [answer(200, JSON.stringify({ result: { ...image, variants: 'x' } })), 'no such image'],
  ] as const) {
    api.respondWith(reaction)
    expect(await deliver(upload())).toMatchObject({ code: 'handler_failed', error: expect.stringContaining(error) })
  }
  // As Cloudflare writes an image that has nothing more.
  api.respondWith(answer(200, JSON.stringify({ result: { ...image, meta: null, creator: null } })))
  expect(await deliver(upload())).toMatchObject({ code: 'done' })
  expect(handled.map(({ event }) => event.image)).toEqual([image])
  expect(api.received[0]).toMatchObject({ method: 'GET', path: '/accounts/a/images/v1/test_image_id' })
  expect(api.received[0]?.headers).toMatchObject({ authorization: 'Bearer t' })
  api.respondWith(hang())
  const hanging = delivering({ images, gone: 'ignore', timeoutMs: 1 })
  expect(await hanging.deliver(upload())).toMatchObject({ code: 'handler_failed' })
})

test('an id that climbs out of its path asks nothing, and is refused', async () => {
  const api = await testReceiver()
  const { fetch, on, handle } = receiving()
  on('image.*', confirmed({ images: { account: 'a', apiToken: 't', baseUrl: api.url }, gone: 'ignore' }, handle))
  expect(await code(await fetch(postStandard(upload({ image: { id: '..' } }))))).toBe('refused')
  expect(api.received).toHaveLength(0)
})
