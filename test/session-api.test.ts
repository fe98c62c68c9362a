import { request } from 'node:http'
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

/** Posts a guess from an address of this machine. */
const fetchFrom = (localAddress: string, address: string, origin: string) =>
  new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const sent = request(address, { method: 'POST', localAddress, headers: { origin } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end(JSON.stringify({ token: 'ih_wrong' }))
  })

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
  const cookie = response.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(
    /^__Host-imagehooks_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  const who = await server.fetch(
    new Request('http://127.0.0.1/session', {
      headers: { cookie: `imagehooks_session=planted; ${cookie.split(';')[0]}` },
    }),
  )
  expect(await who.json()).toMatchObject({ result: { account_id: testAccount.accountId } })
})

test('who is signed in is asked for by pages of this server alone, not by one on another port', async () => {
  const { server, url, signIn } = await start()
  const cookie = await signIn()
  const ask = async (path: string, site: string): Promise<number> =>
    (await server.fetch(new Request(url + path, { headers: { cookie, 'sec-fetch-site': site } }))).status
  for (const site of ['same-origin', 'none']) expect([site, await ask(`${api}/images/v1`, site)]).toEqual([site, 200])
  for (const site of ['same-site', 'cross-site'])
    expect([site, await ask(`${api}/images/v1`, site)]).toEqual([site, 403])
})

test('a session that was planted is not the one that is signed in to, and ends with it', async () => {
  const { ask, signIn, cookieOf } = await start()
  const planted = await signIn()
  const made = cookieOf(await ask('POST', '/session', { cookie: planted, body: { token: testAccount.apiToken } }))
  expect(made).not.toBe(planted)
  expect((await ask('GET', `${api}/images/v1`, { cookie: made })).status).toBe(200)
  expect((await ask('GET', `${api}/images/v1`, { cookie: planted })).status).toBe(403)
  const invented = `imagehooks_session=${'a'.repeat(43)}`
  const other = cookieOf(await ask('POST', '/session', { cookie: invented, body: { token: testAccount.apiToken } }))
  expect(other).not.toBe(invented)
  expect((await ask('GET', `${api}/images/v1`, { cookie: invented })).status).toBe(403)
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
  const raced = server.sessions.createCode(testAccount.apiToken)
  const both = [1, 2, 3].map(() => ask('POST', '/session/code', { body: { code: raced } }))
  expect((await Promise.all(both)).map(({ status }) => status).toSorted()).toEqual([200, 403, 403])
  const late = server.sessions.createCode(testAccount.apiToken)
  clock.advance(60_000)
  const refused = await ask('POST', '/session/code', { body: { code: late } })
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ errors: [{ message: expect.stringContaining('older than a minute') }] })
})

test('guessing is slowed down, and what is no token signs nobody in', async () => {
  const { ask, clock } = await start()
  const guess = () => ask('POST', '/session', { body: { token: 'ih_wrong' } })
  for (let tries = 0; tries < 10; tries++) expect((await guess()).status).toBe(403)
  const slowed = await guess()
  expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '6'])
  // Codes are guessed no faster, not even the right token gets in, and time alone opens one more try.
  expect((await ask('POST', '/session/code', { body: { code: 'guessed' } })).status).toBe(429)
  expect((await ask('POST', '/session', { body: { token: testAccount.apiToken } })).status).toBe(429)
  clock.advance(6000)
  expect([(await guess()).status, (await guess()).status]).toEqual([403, 429])
})

test('guesses from many addresses are slowed down together', async () => {
  const clock = fakeClock()
  const { url } = await startServer({ parts: { clock }, listen: true })
  const guess = async (number: number): Promise<number> => {
    const { status, text } = await fetchFrom(`127.0.0.${number}`, `${url}/session`, url)
    expect(text).not.toContain(testAccount.accountId)
    return status
  }
  const statuses: number[] = []
  for (let number = 1; number <= 101; number++) statuses.push(await guess(number))
  expect(statuses).toEqual([...Array.from({ length: 100 }, () => 403), 429])
})
