import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { ApiError } from './api-error.ts'
import { createClient } from './client.ts'

const clientOf = (answer: (request: Request) => Response | Promise<Response>, token?: string) =>
  createClient({ url: 'http://server.test/', accountId: 'a', token, fetch: async (request) => answer(request) })

const good = (result: unknown) => Response.json({ result, success: true, errors: [], messages: [] })

/** What a call rejects with. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

it('asks at the account’s address with its token, and unwraps the envelope', async () => {
  const asked: string[] = []
  const client = clientOf((request) => {
    asked.push(`${request.method} ${request.url} ${request.headers.get('authorization')}`)
    return good({ id: 'x', explanation: 'All is well.' })
  }, 'secret')
  expect(await client.explain('dlv_1_2')).toBe('All is well.')
  expect(await client.explain('webhook_2')).toBe('All is well.')
  expect(asked).toEqual([
    'GET http://server.test/client/v4/accounts/a/images/v1/webhooks/deliveries/dlv_1_2/explain Bearer secret',
    'GET http://server.test/client/v4/accounts/a/images/v1/webhooks/webhook_2/explain Bearer secret',
  ])
})

it('leaves the token out where a session cookie stands for it, and lets no id leave its place in the path', async () => {
  const client = clientOf((request) => {
    expect(request.headers.has('authorization')).toBe(false)
    expect(request.url).toContain('/webhooks/..%2F..%2Fv1%3Fx/explain')
    return good({ explanation: '' })
  })
  await client.explain('../../v1?x')
})

it('tells a refusal with its status, number, sentence and place', async () => {
  const errors = [{ code: 5472, message: 'No delivery has this id.', source: { pointer: '/id' } }]
  const client = clientOf(() => Response.json({ result: null, success: false, errors, messages: [] }, { status: 404 }))
  const failure = await failureOf(client.explain('dlv_1_2'))
  expect(failure).toBeInstanceOf(ApiError)
  expect(failure).toMatchObject({ status: 404, code: 5472, message: 'No delivery has this id.', pointer: '/id' })
})

it.each([
  ['a proxy’s page', () => new Response('<h1>Bad Gateway</h1>', { status: 502 }), 502],
  ['another program', () => Response.json({ hello: 'world' }), 200],
  ['an envelope without errors', () => Response.json({ success: false, errors: [] }, { status: 500 }), 500],
])('tells %s from an answer of this API', async (_, answer, status) => {
  const failure = await failureOf(clientOf(answer).explain('dlv_1_2'))
  expect(failure).toMatchObject({ name: 'ApiError', status, code: 0, message: /without the envelope/ })
})

it('says so when nobody answers, and when the answer has another shape', async () => {
  const away = clientOf(() => Promise.reject(new TypeError('fetch failed')))
  expect(await failureOf(away.explain('dlv_1_2'))).toMatchObject({ status: 0, message: /cannot be reached/ })
  expect(await failureOf(clientOf(() => good({})).explain('dlv_1_2'))).toMatchObject({ message: /"explanation"/ })
  expect(await failureOf(clientOf(() => good([])).explain('dlv_1_2'))).toMatchObject({ message: /"result"/ })
})

it('is made for browsers too: nothing of it comes from Node or a package', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  for (const file of globSync('**/*.ts', { cwd: folder }).filter((name) => !name.endsWith('.test.ts')))
    expect([file, readFileSync(`${folder}/${file}`, 'utf8').match(/from '(?!\.)/g)]).toEqual([file, null])
})
