import { expect, test } from 'vitest'
import { fakeClock } from './ground/fake-clock.ts'
import { startServer, testAccount } from './ground/server.ts'
import { goodImage } from './fixtures/images.ts'

const root = `/client/v4/accounts/${testAccount.accountId}`

const callerOf =
  ({ server, url }: Awaited<ReturnType<typeof startServer>>, token: string) =>
  (method: string, path: string, body?: BodyInit) =>
    server.fetch(
      new Request(`${url}${root}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body }),
      }),
    )

test('tokens are made, listed and revoked; one is shown once', async () => {
  const { call } = await startServer()
  const made = await call('POST', '/tokens', { name: 'backup', permission: 'Images Read' })
  expect(made.result).toMatchObject({
    id: expect.stringMatching(/^tok_/),
    name: 'backup',
    permission: 'Images Read',
    status: 'active',
    value: expect.stringMatching(/^ih_/),
    last_used_on: null,
  })
  const listed = (await call('GET', '/tokens')).result.tokens
  expect(listed).toMatchObject([{ name: 'first' }, { name: 'backup' }])
  expect(JSON.stringify(listed)).not.toContain(made.result.value)
  expect((await call('DELETE', `/tokens/${made.result.id}`)).result).toMatchObject({ status: 'revoked' })
  expect(await call('DELETE', '/tokens/tok_unknown')).toMatchObject({ status: 404, errors: [{ code: 5474 }] })
})

test('one that may read reads and changes nothing', async () => {
  const started = await startServer()
  const { result } = await started.call('POST', '/tokens', { name: 'reader', permission: 'Images Read' })
  const reader = callerOf(started, result.value)
  expect((await reader('GET', '/images/v1')).status).toBe(200)
  const form = new FormData()
  form.append('file', new File([new Uint8Array((await goodImage('photo')).bytes)], 'a.png'))
  const refused = await reader('POST', '/images/v1', form)
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({
    errors: [{ code: 10000, message: expect.stringContaining('Images Write') }],
  })
  expect((await reader('DELETE', '/tokens/tok_x')).status).toBe(403)
})

test('the last one that may write cannot be revoked', async () => {
  const { call } = await startServer()
  const [only] = (await call('GET', '/tokens')).result.tokens
  expect(await call('DELETE', `/tokens/${only.id}`)).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('create another one first') }],
  })
})

test('one that asks too often is told how long to wait; others are not held up', async () => {
  const clock = fakeClock()
  const started = await startServer({ parts: { clock }, config: { rateLimit: { count: 3, perMs: 30_000 } } })
  const other = callerOf(started, (await started.call('POST', '/tokens', { name: 'other' })).result.value)
  await started.call('GET', '/images/v1')
  await started.call('GET', '/images/v1')
  const refused = await started.call('GET', '/images/v1')
  expect(refused).toMatchObject({ status: 429, errors: [{ code: 10429 }] })
  expect(refused.headers.get('retry-after')).toBe('10')
  expect((await other('GET', '/images/v1')).status).toBe(200)
  clock.advance(10_000)
  expect((await started.call('GET', '/images/v1')).status).toBe(200)
})
