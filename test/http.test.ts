import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { ApiToken } from '../src/domain/account.ts'
import { AppError, type ErrorCode } from '../src/domain/errors.ts'
import { accountPath, createApp, webhooksPath } from '../src/http/app.ts'
import { success } from '../src/http/envelope.ts'
import { accountOf, type AppEnvironment } from '../src/http/environment.ts'
import { healthRoutes } from '../src/http/health-routes.ts'
import { readJson, readQuery } from '../src/http/input.ts'
import { recordingLog } from '../src/telemetry/log.ts'
import { createMetrics } from '../src/telemetry/metrics.ts'
import { fakeClock } from './ground/fake-clock.ts'
import { imageServer } from './ground/image-server.ts'

const account = { id: '0'.repeat(31) + 'a', hash: 'Vi7wi5KSItxGFsWRG2Us6Q', name: '', createdAt: 0 }
const token = 'a-token'
const apiToken: ApiToken = {
  id: 'tok_1',
  accountId: account.id,
  name: '',
  permission: 'write',
  createdAt: 0,
  lastUsedAt: null,
  revokedAt: null,
}
const base = `http://x/client/v4/accounts/${account.id}`

const open = () => {
  const clock = fakeClock()
  const log = recordingLog()
  const schema = z.object({ url: z.string(), list: z.array(z.number()).optional() }).strict()
  const webhooks = new Hono<AppEnvironment>()
    .get('/', (context) => success(context, { account: accountOf(context).id }))
    .post('/', async (context) => success(context, await readJson(context, schema, clock)))
    .get('/query', (context) =>
      success(
        context,
        readQuery(context, z.object({ a: z.string().optional(), b: z.string().optional() }), { keepEmpty: ['b'] }),
      ),
    )
    .get('/code/:code', (context) => {
      throw new AppError(z.custom<ErrorCode>().parse(context.req.param('code')), 'It failed.', { pointer: '/a' })
    })
    .get('/crash', () => {
      throw new Error('secret inside')
    })
  const images = new Hono<AppEnvironment>().get('/:imageId', (context) =>
    success(context, { id: context.req.param('imageId') }),
  )
  const app = createApp({
    metrics: createMetrics(),
    findByToken: async (given) => (given === token ? { account, token: apiToken } : undefined),
    findBySession: async () => undefined,
    requestPace: () => 0,
    publicUrl: () => 'http://images.test',
    clock,
    log,
    mounts: [
      { at: webhooksPath, routes: webhooks },
      { at: `${accountPath}/images/v1`, routes: images },
      {
        at: '/health',
        routes: healthRoutes({
          ready: { database: async () => undefined, blobs: () => Promise.reject(new Error('EIO /secret/path')) },
          worker: async () => undefined,
        }),
      },
    ],
  })
  const call = async (url: string, init: RequestInit = {}): Promise<Response> =>
    app.fetch(new Request(url, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } }))
  return { app, call, clock, log }
}

const failure = (code: number, message: RegExp) => ({
  success: false,
  result: null,
  messages: [],
  errors: [expect.objectContaining({ code, message: expect.stringMatching(message) })],
})

describe('authentication', () => {
  test.each<[string, string, Record<string, string>, number, number]>([
    ['no credentials', account.id, {}, 403, 10000],
    ['a wrong token', account.id, { authorization: 'Bearer other' }, 403, 10000],
    ['a wrong key', account.id, { 'x-auth-email': 'a@example.com', 'x-auth-key': 'other' }, 403, 10000],
    ['somebody else’s account', 'b'.repeat(32), { authorization: `Bearer ${token}` }, 403, 10000],
    ['another scheme', account.id, { authorization: 'Basic YTpi' }, 400, 6003],
    ['an empty token', account.id, { authorization: 'Bearer ' }, 400, 6003],
    ['a malformed key', account.id, { 'x-auth-key': 'with blank' }, 400, 6003],
    ['a malformed account', 'ABC', { authorization: `Bearer ${token}` }, 404, 7003],
  ])('with %s is refused', async (_, id, headers, status, code) => {
    const { app } = open()
    const response = await app.fetch(new Request(`http://x/client/v4/accounts/${id}/images/v1/webhooks`, { headers }))
    expect([response.status, await response.json()]).toEqual([status, failure(code, /./)])
  })

  test('says which header is malformed', async () => {
    const { call } = open()
    const { errors } = await (await call(`${base}/images/v1/a`, { headers: { authorization: 'Token x' } })).json()
    expect(errors[0].error_chain).toEqual([{ code: 6111, message: 'Invalid format for Authorization header' }])
  })

  test('finds the account for a mounted route, before the routes of single images', async () => {
    const { call } = open()
    expect((await (await call(`${base}/images/v1/webhooks`)).json()).result).toEqual({ account: account.id })
    expect((await (await call(`${base}/images/v1/a%2Fb%2525`)).json()).result).toEqual({ id: 'a/b%25' })
  })
})

describe('an unknown address', () => {
  test.each(['/client/v4/nowhere', `/client/v4/accounts/${account.id}/nowhere`, '/batch/images/v1'])(
    '%s of the API answers 7003 in the envelope',
    async (path) => {
      const { call } = open()
      const response = await call(`http://x${path}`)
      const { errors } = await response.json()
      expect([response.status, errors[0].code, errors[0].message]).toEqual([404, 7003, expect.stringContaining(path)])
    },
  )

  test('outside the API answers in text', async () => {
    const { call } = open()
    const response = await call('http://x/nowhere')
    expect([response.status, await response.text()]).toEqual([404, expect.stringMatching(/^ERROR 7003/)])
  })

  test('a wrong method answers 405 and the right ones', async () => {
    const { call } = open()
    const response = await call(`${base}/images/v1/webhooks`, { method: 'PATCH' })
    expect([response.status, response.headers.get('allow'), (await response.json()).errors[0].code]).toEqual([
      405,
      'HEAD, GET, POST',
      10405,
    ])
  })
})

describe('a failure', () => {
  test.each<[ErrorCode, number, number]>([
    ['not_offered', 501, 5470],
    ['image_exists', 409, 5409],
    ['image_area_too_large', 413, 5413],
    ['animation_too_large', 400, 5443],
    ['image_undecodable', 400, 9422],
    ['image_format_unsupported', 415, 5455],
    ['endpoint_not_found', 404, 5471],
    ['delivery_in_flight', 409, 5473],
    ['unavailable', 503, 5503],
  ])('that is %s answers %i with %i and where it lies', async (code, status, number) => {
    const { call } = open()
    const response = await call(`${base}/images/v1/webhooks/code/${code}`)
    expect([response.status, (await response.json()).errors]).toEqual([
      status,
      [{ code: number, message: 'It failed.', source: { pointer: '/a' } }],
    ])
  })

  test('of our own is logged, and tells nothing of the inside', async () => {
    const { call, log } = open()
    const response = await call(`${base}/images/v1/webhooks/crash`)
    const text = await response.text()
    expect([response.status, text]).toEqual([500, expect.stringContaining('5500')])
    expect(text).not.toContain('secret')
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'A request failed' }))
  })
})

const post = (body: BodyInit) => open().call(`${base}/images/v1/webhooks`, { method: 'POST', body })

describe('a JSON body', () => {
  test.each<[string, BodyInit, number, number, RegExp]>([
    ['that is none', 'url=x', 400, 5400, /not valid JSON/],
    ['without a field', '{}', 400, 5400, /^url is missing; it must be a text\.$/],
    ['with a wrong field', '{"url":"x","list":[1,"a"]}', 400, 5400, /^list\.1 must be a number\.$/],
    [
      'with an unknown field',
      '{"url":"x","secert":1}',
      400,
      5400,
      /^The body must not have "secert"; remove it or correct its name\.$/,
    ],
    ['that is a list', '[]', 400, 5400, /^The body must be an object\.$/],
    ['over 64 KiB', JSON.stringify({ url: 'x'.repeat(65536) }), 413, 7011, /over 65536 bytes/],
  ])('%s is refused', async (_, body, status, code, sentence) => {
    const response = await post(body)
    const { errors } = await response.json()
    expect([response.status, errors[0].code, errors[0].message]).toEqual([
      status,
      code,
      expect.stringMatching(sentence),
    ])
  })

  test('without a declared length is bounded while it is read', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) })
    const init = { method: 'POST', body: endless, duplex: 'half' } as const
    expect((await open().call(`${base}/images/v1/webhooks`, init)).status).toBe(413)
  })

  test('that never arrives is given up by the clock', async () => {
    const { call, clock } = open()
    const silent = new ReadableStream({})
    const response = call(`${base}/images/v1/webhooks`, { method: 'POST', body: silent, duplex: 'half' } as RequestInit)
    await expect.poll(() => clock.pendingCount()).toBe(1)
    clock.advance(30_000)
    expect((await response).status).toBe(408)
  })
})

test('an empty parameter counts as absent, unless it means something', async () => {
  const { call } = open()
  expect((await (await call(`${base}/images/v1/webhooks/query?a=&b=`)).json()).result).toEqual({ b: '' })
})

describe('health', () => {
  test('names each check and hides why one failed', async () => {
    const { call } = open()
    const live = await call('http://x/health/live')
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok', checks: {} }])
    const ready = await call('http://x/health/ready')
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'failing', checks: { database: 'ok', blobs: 'does not answer' } },
    ])
  })
})

test('every answer carries headers that let nothing run or be guessed', async () => {
  const { call } = open()
  for (const path of ['/health/live', '/nowhere', '/client/v4/nowhere']) {
    const { headers } = await call(`http://x${path}`)
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(/^default-src 'none'/),
      'cache-control': 'no-store',
    })
  }
})

test('the front page is one document that runs only files of the server', async () => {
  const server = await imageServer()
  const response = await server.fetch('/')
  const html = await response.text()
  expect(response.headers.get('content-type')).toMatch(/^text\/html/)
  expect(html).toMatch(/^<!doctype html>/i)
  expect(html).toContain('<title>Imagehooks</title>')
  const policy = new Map(
    (response.headers.get('content-security-policy') ?? '').split('; ').map((rule) => {
      const [name = '', ...sources] = rule.split(' ')
      return [name, sources.join(' ')] as const
    }),
  )
  expect(Object.fromEntries(policy)).toMatchObject({
    'default-src': "'none'",
    'script-src': "'self'",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  })
  // Nothing stands in the page that this policy would not let run: no script of its own, no handler, no other origin.
  for (const [tag] of html.matchAll(/<script[^>]*>/g)) expect(tag).toMatch(/ src="\/assets\/[\w.-]+\.js"/)
  expect(html).not.toMatch(/\son\w+=|javascript:|(src|href)="(https?:)?\/\//)
})

test('a request line names the e-mail beside a key, and not the key', async () => {
  const { app, log } = open()
  const headers = { 'x-auth-email': `${'a'.repeat(300)}@example.com`, 'x-auth-key': token }
  const response = await app.fetch(new Request(`${base}/images/v1/a`, { headers }))
  expect(response.status).toBe(200)
  expect(log.lines).toMatchObject([{ message: 'request', fields: { email: 'a'.repeat(254) } }])
  expect(JSON.stringify(log.lines)).not.toContain(token)
})

test('a key without an e-mail is enough', async () => {
  const { app } = open()
  const response = await app.fetch(new Request(`${base}/images/v1/a`, { headers: { 'x-auth-key': token } }))
  expect(response.status).toBe(200)
})

test('a request line says what was asked, without its query', async () => {
  const { call, log } = open()
  await call(`${base}/images/v1/webhooks/query?a=secret`)
  expect(log.lines).toEqual([
    {
      level: 'info',
      message: 'request',
      fields: {
        method: 'GET',
        path: `/client/v4/accounts/${account.id}/images/v1/webhooks/query`,
        status: 200,
        durationMs: 0,
      },
    },
  ])
})
