import { expect, test } from 'vitest'
import { sessionMs } from '../src/accounts/sessions.ts'
import { fakeClock } from './ground/fake-clock.ts'
import { startServer, testAccount } from './ground/server.ts'

const start = async () => {
  const clock = fakeClock()
  const started = await startServer({ parts: { clock } })
  const { server, url, call } = started
  const origin = new URL(url).origin
  const ask = (method: string, path: string, how: { body?: object; cookie?: string; origin?: string | null } = {}) =>
    server.fetch(
      new Request(`${url}${path}`, {
        method,
        headers: {
          ...(how.origin === null ? {} : { origin: how.origin ?? origin }),
          ...(how.cookie === undefined ? {} : { cookie: how.cookie }),
          'content-type': 'application/json',
        },
        ...(how.body && { body: JSON.stringify(how.body) }),
      }),
    )
  const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const signIn = async (token: string = testAccount.apiToken) =>
    cookieOf(await ask('POST', '/session', { body: { token } }))
  return { ...started, clock, ask, signIn, cookieOf, call }
}

const api = `/client/v4/accounts/${testAccount.accountId}`

test('a token signs in by a cookie that no script reads and no other site has sent', async () => {
  const { ask } = await start()
  const response = await ask('POST', '/session', { body: { token: testAccount.apiToken } })
  expect(await response.json()).toMatchObject({
    result: { account_id: testAccount.accountId, permission: 'Images Write' },
  })
  const cookie = response.headers.get('set-cookie')
  expect(cookie).toMatch(/^imagehooks_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
  expect(cookie).not.toContain(testAccount.apiToken)
})

test('behind HTTPS the cookie is for HTTPS only', async () => {
  const { server } = await startServer({ config: { publicUrl: 'https://images.example' } })
  const response = await server.fetch(
    new Request('http://127.0.0.1/session', {
      method: 'POST',
      headers: { origin: 'https://images.example' },
      body: JSON.stringify({ token: testAccount.apiToken }),
    }),
  )
  expect(response.headers.get('set-cookie')).toContain('; Secure')
})

test('who is signed in reads and changes, from pages of this server only', async () => {
  const { ask, signIn } = await start()
  const cookie = await signIn()
  expect((await ask('GET', `${api}/images/v1`, { cookie })).status).toBe(200)
  const body = { name: 'made in the dashboard' }
  expect((await ask('POST', `${api}/tokens`, { cookie, body })).status).toBe(200)
  for (const origin of ['http://127.0.0.1:9', 'https://evil.example', 'null', null]) {
    const refused = await ask('POST', `${api}/tokens`, { cookie, body, origin })
    expect([origin, refused.status]).toEqual([origin, 403])
  }
  expect(
    (await ask('POST', '/session', { body: { token: testAccount.apiToken }, origin: 'https://evil.example' })).status,
  ).toBe(403)
})

test('a session ends when it is signed out, after twelve hours, and with its token', async () => {
  const { ask, signIn, clock, call } = await start()
  const status = async (cookie: string) => (await ask('GET', `${api}/images/v1`, { cookie })).status
  const first = await signIn()
  await ask('DELETE', '/session', { cookie: first })
  expect(await status(first)).toBe(403)

  const second = await signIn()
  clock.advance(sessionMs - 1)
  expect(await status(second)).toBe(200)
  clock.advance(1)
  expect(await status(second)).toBe(403)

  const made = await call('POST', '/tokens', { name: 'short', permission: 'Images Read' })
  const third = await signIn(made.result.value)
  expect(await (await ask('GET', '/session', { cookie: third })).json()).toMatchObject({
    result: { permission: 'Images Read' },
  })
  expect((await ask('POST', `${api}/tokens`, { cookie: third, body: { name: 'more' } })).status).toBe(403)
  await call('DELETE', `/tokens/${made.result.id}`)
  expect(await status(third)).toBe(403)
  expect(await (await ask('GET', '/session', { cookie: third })).json()).toMatchObject({ success: true, result: null })
})

test('a code signs in once and within a minute', async () => {
  const { ask, server, clock } = await start()
  const code = server.sessions.createCode(testAccount.apiToken)
  expect((await ask('POST', '/session/code', { body: { code } })).status).toBe(200)
  expect((await ask('POST', '/session/code', { body: { code } })).status).toBe(403)
  const late = server.sessions.createCode(testAccount.apiToken)
  clock.advance(60_000)
  const refused = await ask('POST', '/session/code', { body: { code: late } })
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ errors: [{ message: expect.stringContaining('older than a minute') }] })
})

test('guessing is slowed down, and what is no token signs nobody in', async () => {
  const { ask } = await start()
  const guess = () => ask('POST', '/session', { body: { token: 'ih_wrong' } })
  for (let tries = 0; tries < 10; tries++) expect((await guess()).status).toBe(403)
  const slowed = await guess()
  expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '6'])
})
