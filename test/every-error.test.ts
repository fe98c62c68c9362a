import { expect, test } from 'vitest'
import { signingKeyLimits } from '../src/accounts/signing-keys.ts'
import { tokenLimits } from '../src/accounts/tokens.ts'
import { endpointLimits } from '../src/domain/endpoint.ts'
import type { ErrorCode } from '../src/domain/errors.ts'
import { wireOf } from '../src/http/errors.ts'
import { sampleImage } from '../scripts/sample-images.ts'
import { brokenImage, type BrokenName } from './fixtures/images.ts'
import { eventually } from './ground/engine.ts'
import { fakeClock } from './ground/fake-clock.ts'
import { imageServer } from './ground/image-server.ts'
import { hang } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { type ServerWish, startServer, testAccount, type TestServer } from './ground/server.ts'

/** Causes a failure as a client would, and answers what the client gets. */
type Cause = () => Promise<Response>

const bearer = { authorization: `Bearer ${testAccount.apiToken}` }
const webhooks = '/images/v1/webhooks'
const direct = '/images/v2/direct_upload'
const json = { 'content-type': 'application/json' }

const send = async (
  { server, url }: TestServer,
  method: string,
  path: string,
  init: RequestInit & { duplex?: 'half' } = {},
): Promise<Response> =>
  server.fetch(
    new Request(`${url}/client/v4/accounts/${testAccount.accountId}${path}`, {
      ...init,
      method,
      headers: { ...bearer, ...init.headers },
    }),
  )

const asking =
  (method: string, path: string, init: RequestInit & { duplex?: 'half' } = {}): Cause =>
  async () =>
    send(await startServer(), method, path, init)

const sending = (method: string, path: string, body: unknown): Cause =>
  asking(method, path, { body: JSON.stringify(body), headers: json })

const formWith = (fields: Readonly<Record<string, string>>, file?: Uint8Array): FormData => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (file) form.append('file', new File([new Uint8Array(file)], 'photo.png'))
  return form
}

const drawing = async (): Promise<Uint8Array> => (await sampleImage('drawing')).bytes

const uploading =
  (name: BrokenName): Cause =>
  async () =>
    send(await startServer(), 'POST', '/images/v1', { body: formWith({}, (await brokenImage(name)).bytes) })

/** Makes as many as there may be beside those that stand from the start, and one more. */
const filling =
  (count: number, make: (server: TestServer, index: number) => Promise<Response>): Cause =>
  async () => {
    const server = await startServer()
    for (let index = 0; index < count; index++)
      if (!(await make(server, index)).ok) throw new Error(`Number ${index + 1} of ${count} was refused.`)
    return make(server, count)
  }

/** Fills an upload URL; `twist` is what happens to it before that. */
const filled =
  (
    twist: (uploadUrl: string, fill: (url: string) => Promise<Response>) => Promise<Response>,
    wish: ServerWish = {},
  ): Cause =>
  async () => {
    const started = await startServer(wish)
    const { uploadURL } = (await started.call('POST', direct)).result
    const file = await drawing()
    return twist(uploadURL, async (url) =>
      started.server.fetch(new Request(url, { method: 'POST', body: formWith({}, file) })),
    )
  }

const post = (server: TestServer, path: string, body: unknown): Promise<Response> =>
  send(server, 'POST', path, { body: JSON.stringify(body), headers: json })

const clockOfLinks = fakeClock()

/** Every word of the error table: how a client brings it about, and what it is told. */
const causes: Readonly<Record<ErrorCode, readonly [cause: Cause, says: RegExp]>> = {
  bad_request: [asking('GET', '/images/v1?page=x'), /^page must be/],
  unauthenticated: [
    asking('GET', '/images/v1', { headers: { authorization: 'Bearer wrong' } }),
    /^Authentication error/,
  ],
  forbidden: [
    async () => {
      const server = await startServer()
      const { value } = (await server.call('POST', '/tokens', { name: 'reader', permission: 'Images Read' })).result
      return send(server, 'DELETE', '/images/v1/a', { headers: { authorization: `Bearer ${value}` } })
    },
    /may only read/,
  ],
  route_not_found: [asking('GET', '/images/v9'), /^Could not route to/],
  method_not_allowed: [asking('PUT', '/images/v1'), /takes HEAD, GET, POST only/],
  not_offered: [asking('GET', '/images/v2/sourcingkit/sources'), /does not offer/],
  account_not_found: [
    async () => {
      const { server, url } = await startServer()
      return server.fetch(new Request(`${url}/client/v4/accounts/nobody/images/v1`, { headers: bearer }))
    },
    /32 lower-case hex digits/,
  ],
  image_not_found: [asking('GET', '/images/v1/nothing'), /no image with the id "nothing"/],
  variant_not_found: [asking('GET', '/images/v1/variants/nothing'), /no variant with the name "nothing"/],
  endpoint_not_found: [asking('GET', `${webhooks}/webhook_none`), /endpoint/],
  delivery_not_found: [asking('GET', `${webhooks}/deliveries/dlv_none`), /delivery/],
  image_exists: [
    async () => {
      const server = await startServer()
      const upload = async () => send(server, 'POST', '/images/v1', { body: formWith({ id: 'a' }, await drawing()) })
      await upload()
      return upload()
    },
    /id "a" already exists/,
  ],
  upload_url_unknown: [filled((url, fill) => fill(`${url}x`)), /no upload URL/],
  upload_url_used: [
    filled(async (url, fill) => {
      await fill(url)
      return fill(url)
    }),
    /used already/,
  ],
  upload_url_expired: [
    filled(
      (url, fill) => {
        clockOfLinks.advance(30 * 60_000)
        return fill(url)
      },
      { parts: { clock: clockOfLinks } },
    ),
    /has expired/,
  ],
  source_failed: [
    asking('POST', '/images/v1', { body: formWith({ url: 'http://10.0.0.1/a.png' }) }),
    /could not be read/,
  ],
  idempotency_mismatch: [
    async () => {
      const server = await startServer()
      const headers = { 'idempotency-key': 'once' }
      await send(server, 'POST', direct, { headers })
      return send(server, 'POST', direct, { headers, body: formWith({ creator: 'ada' }) })
    },
    /used for another request/,
  ],
  image_id_invalid: [asking('POST', direct, { body: formWith({ id: 'a/' }) }), /custom id must not/],
  image_too_large: [
    asking('POST', '/images/v1', { body: formWith({}, new Uint8Array(10 * 1024 * 1024 + 1)) }),
    /over 10485760 bytes/,
  ],
  image_area_too_large: [uploading('immensePng'), /pixels/],
  animation_too_large: [uploading('endlessGif'), /frames/],
  image_undecodable: [uploading('cutGif'), /decoded|damaged|cut off/],
  image_format_unsupported: [uploading('words'), /not an image we know/],
  not_a_form: [sending('POST', '/images/v1', { url: 'https://example.com/a.png' }), /multipart\/form-data/],
  body_too_large: [sending('PATCH', '/images/v1/a', { creator: 'x'.repeat(70_000) }), /over 65536 bytes/],
  upload_aborted: [
    () => {
      const body = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) })
      return asking('POST', '/tokens', { body, duplex: 'half', headers: json })()
    },
    /connection ended/,
  ],
  upload_too_slow: [
    async () => {
      const clock = fakeClock()
      const server = await startServer({ parts: { clock } })
      // The body is asked for once the server has begun to wait for it.
      const body = new ReadableStream({ pull: () => clock.advance(60_000) }, { highWaterMark: 0 })
      return send(server, 'POST', '/tokens', { body, duplex: 'half', headers: json })
    },
    /did not arrive within/,
  ],
  upload_failed: [
    asking('POST', '/images/v1', { body: '--b\r\n', headers: { 'content-type': 'multipart/form-data; boundary=b' } }),
    /cut off or malformed/,
  ],
  delivery_in_flight: [
    async () => {
      const server = await startServer()
      const receiver = await testReceiver({ respond: () => hang() })
      await server.call('PUT', webhooks, { url: receiver.url })
      await server.upload(await drawing())
      await receiver.next()
      const { deliveries } = (await server.call('GET', `${webhooks}/deliveries`)).result
      return send(server, 'POST', `${webhooks}/deliveries/${deliveries[0].id}/replay`)
    },
    /runs at this moment/,
  ],
  cursor_expired: [
    async () => {
      const clock = fakeClock()
      const server = await startServer({ parts: { clock }, config: { retentionMs: 3_600_000 } })
      await server.upload(await drawing())
      await eventually(async () => (await server.call('GET', `${webhooks}/events?after=0`)).result.events.length === 1)
      const read = () => send(server, 'GET', `${webhooks}/events?after=0`)
      await eventually(async () => {
        clock.advance(20 * 60_000)
        return (await read()).status !== 200
      })
      return read()
    },
    /older than the retention/,
  ],
  replay_running: [
    async () => {
      // Nothing runs it on while the clock stands.
      const clock = fakeClock()
      const server = await startServer({ parts: { clock } })
      const { result } = await server.call('POST', webhooks, { url: 'https://example.com/' })
      const path = `${webhooks}/${result.id}/replay`
      const since = new Date(clock.now() - 1000).toISOString()
      await post(server, path, { since })
      return post(server, path, { since })
    },
    /runs already/,
  ],
  replay_not_found: [asking('GET', `${webhooks}/replays/rpl_none`), /No replay/],
  endpoint_limit: [
    filling(endpointLimits.perAccount, (server, index) =>
      post(server, webhooks, { url: `https://example.com/${index}` }),
    ),
    /at most 100 webhook endpoints/,
  ],
  token_limit: [
    filling(tokenLimits.perAccount - 1, (server, index) => post(server, '/tokens', { name: `token ${index}` })),
    /tokens/,
  ],
  token_not_found: [asking('DELETE', '/tokens/tok_none'), /no API token/],
  signing_key_limit: [
    filling(signingKeyLimits.perAccount - 1, (server, index) => send(server, 'PUT', `/images/v1/keys/key${index}`)),
    /has 25 signing keys/,
  ],
  signing_key_not_found: [asking('DELETE', '/images/v1/keys/nothing'), /signing key/],
  variant_exists: [sending('POST', '/images/v1/variants', { id: 'public', options: { width: 1 } }), /"public"/],
  variant_limit: [
    filling(99, (server, index) => post(server, '/images/v1/variants', { id: `v${index}`, options: { width: 1 } })),
    /has 100 variants/,
  ],
  too_many_requests: [
    async () => {
      const server = await startServer({
        parts: { clock: fakeClock() },
        config: { rateLimit: { count: 1, perMs: 30_000 } },
      })
      await send(server, 'GET', '/images/v1')
      return send(server, 'GET', '/images/v1')
    },
    /asks too often/,
  ],
  unavailable: [
    async () => {
      const { api, renderQueue } = await imageServer({ renders: { workers: 1, maxWaiting: 0 } })
      const { promise, resolve } = Promise.withResolvers<void>()
      const busy = renderQueue.run(() => promise)
      const response = await api('', { method: 'POST', body: formWith({}, await drawing()) })
      resolve()
      await busy
      return response
    },
    /too many images in work/,
  ],
}

const isWord = (text: string): text is ErrorCode => Object.hasOwn(causes, text)

test.each(Object.keys(causes).filter(isWord))('a client can cause %s, and is told so', async (word) => {
  const [cause, says] = causes[word]
  const { status, code } = wireOf(word)
  const response = await cause()
  expect([response.status, await response.json()]).toEqual([
    status,
    {
      result: null,
      success: false,
      errors: [expect.objectContaining({ code, message: expect.stringMatching(says) })],
      messages: [],
    },
  ])
})
