import { describe, expect, test } from 'vitest'
import { brokenPromises, changedBodies, readBefore, told, receivingNow } from '../../test/behind.ts'
import { secret } from '../../test/deliver.ts'
import { bunHandler } from '../bun.ts'
import { freshEvent } from '../contract/fresh-event.ts'
import { signRequest } from '../contract/sign-request.ts'
import { denoHandler } from '../deno.ts'
import { nextHandler } from '../next.ts'

// Deno and Bun themselves, with their own servers, are in contract/packed.test.ts.
describe.each([
  ['Next.js', nextHandler, { params: Promise.resolve({}) }, 'Pass the request of the route handler on'],
  ['Deno', denoHandler, { remoteAddr: { hostname: '127.0.0.1' } }, 'Pass the request of Deno.serve on'],
  ['Bun', bunHandler, { port: 1 }, 'Pass the request of Bun.serve on'],
] as const)('the handler of %s', (_name, makeHandler, native, fix) => {
  test('keeps the contract, and every byte', async () => {
    const made = receivingNow()
    const handle = makeHandler(made)
    const send = (request: Request) => handle(request, native)
    expect(await brokenPromises(made, send)).toEqual([])
    expect(await changedBodies(made, send)).toEqual([])
  })

  test('ends with 500 for a body that was read, and the record has the fix', async () => {
    const made = receivingNow()
    const request = await signRequest({ secret, body: freshEvent('image.uploaded') })
    await request.json()
    expect(await told(await makeHandler(made)(request, native), made)).toEqual(readBefore(fix))
  })

  test('hands what the framework says to a function in place of the receiver', async () => {
    const got: unknown[] = []
    const handle = makeHandler(async (_request, said) => {
      got.push(said)
      return new Response()
    })
    await handle(new Request('https://receiver.example/'), native)
    expect(got).toEqual([native])
  })
})
