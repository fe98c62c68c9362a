import express5 from 'express'
import express4 from 'express4'
import { describe, expect, test } from 'vitest'
import { brokenPromises, changedBodies, readBefore, told, receivingNow, serve } from '../../test/behind.ts'
import { secret } from '../../test/deliver.ts'
import { code } from '../../test/receiving.ts'
import { freshEvent } from '../contract/fresh-event.ts'
import { signRequest } from '../contract/sign-request.ts'
import { expressHandler } from '../express.ts'

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s', (_version, express) => {
  test('above express.json() keeps the contract, and every byte', async () => {
    const made = receivingNow()
    const app = express().all('/webhooks', expressHandler(made)).use(express.json())
    const url = await serve(app)
    expect(await brokenPromises(made, fetch, url)).toEqual([])
    expect(await changedBodies(made, fetch, url)).toEqual([])
  })

  test.each([
    ['express.raw()', express.raw({ type: '*/*' })],
    [
      'express.json() that keeps the bytes',
      express.json({ verify: (request, _, bytes) => Object.assign(request, { rawBody: bytes }) }),
    ],
  ])('below %s keeps every byte of what that lets pass', async (_name, parser) => {
    const made = receivingNow()
    const url = await serve(express().use(parser).all('/webhooks', expressHandler(made)))
    for (const written of ['1.0', '"a\\/b"']) {
      const body = new TextEncoder().encode(
        JSON.stringify(freshEvent('image.uploaded')).replace('"test_user"', written),
      )
      expect(await code(await fetch(await signRequest({ url, secret, body })))).toBe('done')
      expect(made.handled.at(-1)?.body).toEqual(body)
    }
  })

  test.each([
    ['express.json()', express.json()],
    ['express.text()', express.text({ type: '*/*' })],
  ])('below %s ends with 500, and the record has the fix', async (_name, parser) => {
    const made = receivingNow()
    const url = await serve(express().use(parser).all('/webhooks', expressHandler(made)))
    const response = await fetch(await signRequest({ url, secret, body: freshEvent('image.uploaded') }))
    expect(await told(response, made)).toEqual(readBefore('Register the receiver above app.use(express.json())'))
  })

  test('under a router knows the whole path', async () => {
    const made = receivingNow({ path: '/hooks/webhooks' })
    const router = express.Router().all('/webhooks', expressHandler(made))
    const url = (await serve(express().use('/hooks', router))).replace('/webhooks', '/hooks/webhooks')
    expect(await code(await fetch(await signRequest({ url, secret, body: freshEvent('image.uploaded') })))).toBe('done')
  })
})
