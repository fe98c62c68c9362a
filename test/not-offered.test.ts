import { expect, test } from 'vitest'
import { startServer } from './ground/server.ts'

test.each([['GET', '/images/v1/batch_token']])(
  '%s %s says that it is not offered yet, and that repeating does not help',
  async (method, path) => {
    const { call } = await startServer()
    const refused = await call(method, path)
    expect([refused.status, refused.success, refused.headers.get('x-should-retry')]).toEqual([501, false, 'false'])
    expect(refused.errors).toEqual([
      { code: 5470, message: expect.stringMatching(new RegExp(`does not offer ${method} .*${path} yet\\.$`)) },
    ])
  },
)

test('what is not offered is told to those with a token only, and is no method of its address', async () => {
  const { call, server, url, config } = await startServer()
  const stranger = await server.fetch(
    new Request(`${url}/client/v4/accounts/${config.bootstrap?.accountId}/images/v1/batch_token`),
  )
  expect(stranger.status).toBe(403)
  expect((await call('PUT', '/images/v1/some-image')).headers.get('allow')).toBe('HEAD, GET, PATCH, DELETE')
})
