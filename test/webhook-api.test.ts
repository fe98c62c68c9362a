import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { eventually } from './ground/engine.ts'
import { fakeClock } from './ground/fake-clock.ts'
import { answer, hang } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, type TestServer } from './ground/server.ts'

const webhooks = '/images/v1/webhooks'
const secret = 'your_webhook_secret_key'

const uploadDrawing = async (server: TestServer) => server.upload((await sampleImage('drawing')).bytes, 'drawing.svg')

it('checks fields without storing them, and refuses what adding refuses, in the same words', async () => {
  const server = await startServer()
  const url = 'https://example.com/hooks'
  const wishes = [
    { url: 'ftp://example.com' },
    { url: 'https://10.0.0.1/hooks' },
    { url, events: [] },
    { url, events: ['image.eaten'] },
    { url, secret: ' ' },
    { url, headers: { host: 'elsewhere' } },
    { url, max_concurrency: 65 },
    { url, colour: 'red' },
  ]
  for (const wish of wishes) {
    const refused = await server.call('POST', webhooks, wish)
    const checked = await server.call('POST', `${webhooks}/check`, wish)
    expect([wish, checked.status, checked.errors]).toEqual([wish, 400, refused.errors])
  }
  expect(await server.call('POST', `${webhooks}/check`, { secret, max_concurrency: 3 })).toMatchObject({
    status: 200,
    result: {},
  })
  expect((await server.call('GET', webhooks)).result.webhooks).toEqual([])
})

describe('the guide’s PUT', () => {
  it('answers the guide’s five fields first, and never the secret that the user gave', async () => {
    const server = await startServer()
    const answered = await server.call('PUT', webhooks, {
      url: 'https://example.com/hooks',
      events: ['image.uploaded'],
      secret,
    })
    expect(Object.keys(answered.result).slice(0, 5)).toEqual(['id', 'url', 'events', 'active', 'created'])
    expect(answered.result).toMatchObject({
      id: expect.stringMatching(/^webhook_/),
      url: 'https://example.com/hooks',
      events: ['image.uploaded'],
      active: true,
    })
    expect(JSON.stringify(await server.call('GET', webhooks))).not.toContain(secret)
    expect(JSON.stringify(answered)).not.toContain(secret)
    expect(JSON.stringify(server.log.lines)).not.toContain(secret)
  })

  it('makes a secret where none is given, shows it once, and keeps it when the endpoint is replaced without one', async () => {
    const server = await startServer()
    const receiver = await testReceiver()
    const first = await server.call('PUT', webhooks, { url: receiver.url, name: 'first', max_concurrency: 3 })
    expect(first.result.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    await uploadDrawing(server)
    const before = (await receiver.next()).headers['x-cloudflare-signature']
    const second = await server.call('PUT', webhooks, { url: `${receiver.url}/new`, events: ['image.uploaded'] })
    expect(second.result).toMatchObject({ id: first.result.id, name: '', max_concurrency: null })
    expect(second.result.secret).toBeUndefined()
    const { result } = await server.call('GET', `${webhooks}/deliveries`)
    await server.nextAttempt()
    await server.call('POST', `${webhooks}/deliveries/${result.deliveries[0].id}/replay`)
    const replayed = await receiver.next()
    expect([replayed.path, replayed.headers['x-cloudflare-signature']]).toEqual(['/new', before])
  })

  it('sends what is pending to the new URL', async () => {
    const server = await startServer({ config: { retryScheduleMs: [3_600_000] } })
    const down = await testReceiver({ respond: () => answer(500, '') })
    const up = await testReceiver()
    await server.call('PUT', webhooks, { url: down.url, secret })
    await uploadDrawing(server)
    await server.nextAttempt()
    await server.call('PUT', webhooks, { url: up.url, secret })
    const { result } = await server.call('GET', `${webhooks}/deliveries?state=pending`)
    await server.call('POST', `${webhooks}/deliveries/${result.deliveries[0].id}/replay`)
    expect((await up.next()).headers['webhook-attempt']).toBe('2')
  })
})

describe('endpoints', () => {
  it('can be many: each gets what it asked for', async () => {
    const server = await startServer()
    const uploads = await testReceiver()
    const removals = await testReceiver()
    await server.call('POST', webhooks, { url: uploads.url, events: ['image.uploaded'] })
    await server.call('POST', webhooks, { url: removals.url, events: ['image.deleted'] })
    const { result } = await uploadDrawing(server)
    await uploads.next()
    await server.call('DELETE', `/images/v1/${result.id}`)
    expect(JSON.parse((await removals.next()).text()).event).toBe('image.deleted')
    expect([uploads.received.length, removals.received.length]).toEqual([1, 1])
  })

  it('are changed field by field, paused, resumed and removed', async () => {
    const server = await startServer()
    const { result: made } = await server.call('POST', webhooks, {
      url: 'https://example.com/',
      name: 'before',
      headers: { 'X-Shared': 'a credential', 'x-tenant': '7' },
    })
    const path = `${webhooks}/${made.id}`
    expect((await server.call('PATCH', path, { name: 'after', rate_limit: 10 })).result).toMatchObject({
      name: 'after',
      rate_limit: 10,
      url: 'https://example.com/',
      headers: { 'x-shared': '[hidden]', 'x-tenant': '[hidden]' },
    })
    expect(made.timeout_seconds).toBe(null)
    expect((await server.call('PATCH', path, { timeout_seconds: 5 })).result).toMatchObject({ timeout_seconds: 5 })
    expect((await server.call('GET', path)).result).toMatchObject({ timeout_seconds: 5, rate_limit: 10 })
    expect(made.ordered).toBe(false)
    expect((await server.call('PATCH', path, { ordered: true })).result).toMatchObject({ ordered: true })
    expect((await server.call('GET', path)).result).toMatchObject({ ordered: true, timeout_seconds: 5 })
    for (const timeout_seconds of [0, 31, 1.5, '5'])
      expect((await server.call('PATCH', path, { timeout_seconds })).errors[0]?.message).toContain('timeout_seconds')
    expect((await server.call('PATCH', path, { active: false })).result).toMatchObject({
      active: false,
      state: 'paused',
    })
    expect((await server.call('PATCH', path, { active: true })).result).toMatchObject({ active: true, state: 'active' })
    expect((await server.call('DELETE', path)).status).toBe(200)
    expect((await server.call('GET', path)).errors[0]).toMatchObject({ code: 5471 })
    expect((await server.call('DELETE', path)).status).toBe(404)
    expect((await server.call('DELETE', webhooks)).status).toBe(404)
  })

  it('send their own headers, which the log hides', async () => {
    const server = await startServer()
    const receiver = await testReceiver()
    await server.call('PUT', webhooks, { url: receiver.url, headers: { authorization: 'Bearer hidden-credential' } })
    await uploadDrawing(server)
    expect((await receiver.next()).headers['authorization']).toBe('Bearer hidden-credential')
    await server.nextAttempt()
    const { result } = await server.call('GET', `${webhooks}/deliveries`)
    const detail = await server.call('GET', `${webhooks}/deliveries/${result.deliveries[0].id}`)
    expect(JSON.stringify(detail)).not.toContain('hidden-credential')
    expect(detail.result.attempts[0].request.headers['authorization']).toBe('[hidden]')
  })

  it('that echo the credentials in their own headers leave none of them in the log', async () => {
    const server = await startServer()
    const receiver = await testReceiver()
    receiver.respondWith({
      each: ({ headers }) => {
        const token = String(headers['authorization']).slice('Bearer '.length)
        const told = { all: headers, error: `7 keys, none is ${token}`, quoted: headers['x-key'] }
        return answer(401, JSON.stringify(told), { 'x-echo': `got ${token}`, 'x-tenant-was': '7' })
      },
    })
    await server.call('PUT', webhooks, {
      url: receiver.url,
      headers: { authorization: 'Bearer the-credential', 'x-key': 'say "open"!', 'x-tenant': '7' },
    })
    await uploadDrawing(server)
    await server.nextAttempt()
    const { result } = await server.call('GET', `${webhooks}/deliveries`)
    const detail = await server.call('GET', `${webhooks}/deliveries/${result.deliveries[0].id}`)
    const { body, headers } = detail.result.attempts[0].response
    expect(JSON.stringify(detail)).not.toContain('the-credential')
    expect(body).not.toContain('open')
    expect(body).toContain('7 keys, none is **************')
    expect(headers).toContainEqual(['x-echo', '[hidden]'])
    expect(headers).toContainEqual(['x-tenant-was', '7'])
  })

  it('that echo what they get leave no signature in the log', async () => {
    const server = await startServer()
    const receiver = await testReceiver()
    receiver.respondWith({
      each: ({ headers }) =>
        answer(200, JSON.stringify(headers), { 'x-echo': String(headers['x-cloudflare-signature']) }),
    })
    await server.call('PUT', webhooks, { url: receiver.url, secret })
    await uploadDrawing(server)
    const signature = String((await receiver.next()).headers['x-cloudflare-signature'])
    await server.nextAttempt()
    const { result } = await server.call('GET', `${webhooks}/deliveries`)
    const detail = await server.call('GET', `${webhooks}/deliveries/${result.deliveries[0].id}`)
    expect(detail.result.attempts[0].response.body).toContain('webhook-id')
    expect(JSON.stringify(detail)).not.toContain(signature)
  })

  it.each([
    ['no url', {}, 'url'],
    ['an empty list of events', { url: 'https://example.com/', events: [] }, 'events'],
    ['an unknown event', { url: 'https://example.com/', events: ['image.exploded'] }, 'events'],
    ['an empty secret', { url: 'https://example.com/', secret: '' }, 'secret'],
    ['a blank secret', { url: 'https://example.com/', secret: '   ' }, 'secret'],
    ['a NUL in the secret', { url: 'https://example.com/', secret: 'a\u0000b' }, 'secret'],
    ['a tab in the secret', { url: 'https://example.com/', secret: 'a\tb' }, 'secret'],
    ['a secret of 257 characters', { url: 'https://example.com/', secret: 's'.repeat(257) }, 'secret'],
    ['a reserved header', { url: 'https://example.com/', headers: { Host: 'evil' } }, 'headers'],
    ['a header of ours', { url: 'https://example.com/', headers: { 'Webhook-Id': 'x' } }, 'headers'],
    ['a line break in a header', { url: 'https://example.com/', headers: { 'x-a': 'b\r\nx-c: d' } }, 'header'],
    ['a header name with a space', { url: 'https://example.com/', headers: { 'x a': 'b' } }, 'headers'],
    ['no concurrency', { url: 'https://example.com/', max_concurrency: 0 }, 'max_concurrency'],
    ['a rate of half an attempt', { url: 'https://example.com/', rate_limit: 0.5 }, 'rate_limit'],
    ['a control character in the name', { url: 'https://example.com/', name: 'a\u0000b' }, 'name'],
    ['a header name without end', { url: 'https://example.com/', headers: { ['x'.repeat(200)]: 'y' } }, 'headers'],
    ['a field that does not exist', { url: 'https://example.com/', colour: 'red' }, 'colour'],
    ['a url that is no text', { url: 7 }, 'url'],
  ])('are refused with %s, in a sentence that names it, and nothing is stored', async (_, body, named) => {
    const server = await startServer()
    for (const method of ['PUT', 'POST']) {
      const refused = await server.call(method, webhooks, body)
      expect([refused.status, refused.errors[0]?.code]).toEqual([400, 5400])
      expect(refused.errors[0]?.message).toContain(named)
    }
    expect((await server.call('GET', webhooks)).result.webhooks).toEqual([])
  })

  it.each([
    [{ max_concurrency: 0 }, 'max_concurrency must be a whole number from 1 to 64.'],
    [{ max_concurrency: '4' }, 'max_concurrency must be a whole number from 1 to 64.'],
    [{ rate_limit: 0.5 }, 'rate_limit must be a whole number from 1 to 10000.'],
    [{ rate_limit: 2 ** 60 }, 'rate_limit must be a whole number from 1 to 10000.'],
    [{ name: 'n'.repeat(256) }, 'name must be at most 255 characters.'],
    [{ events: 'image.uploaded' }, 'events must be a list.'],
    [{ events: [7] }, 'events.0 must be a text.'],
    [{ headers: ['x'] }, 'headers must be an object.'],
    [{ headers: { 'x-a': 1 } }, 'headers.x-a must be a text.'],
    [{ colour: 'red' }, 'The body must not have "colour"; remove it or correct its name.'],
  ])('are refused with %j in a sentence that says the fix', async (fields, sentence) => {
    const server = await startServer()
    const refused = await server.call('PUT', webhooks, { url: 'https://example.com/', ...fields })
    expect(refused.errors).toMatchObject([{ code: 5400, message: sentence }])
  })

  it('take no query, since whoever sends one expects something of it', async () => {
    const server = await startServer()
    const refused = await server.call('GET', `${webhooks}?state=active`)
    expect([refused.status, refused.errors[0]?.message]).toEqual([400, expect.stringContaining('"state"')])
  })

  it('are refused with JSON that is broken or over 64 KiB', async () => {
    const server = await startServer()
    expect((await server.call('PUT', webhooks, '{"url":')).errors[0]?.code).toBe(5400)
    expect((await server.call('PUT', webhooks, JSON.stringify({ url: 'x'.repeat(70_000) }))).status).toBe(413)
  })
})

describe('a Test', () => {
  it('sends the guide’s sample, signed, through the real path, and answers what came of it', async () => {
    const server = await startServer()
    const receiver = await testReceiver({ respond: () => answer(202, 'thanks') })
    const { result: endpoint } = await server.call('PUT', webhooks, { url: receiver.url, secret })
    const tested = await server.call('POST', `${webhooks}/${endpoint.id}/test`)
    expect(tested.result).toMatchObject({ success: true, status: 202, error: null, response_body: 'thanks' })
    const request = await receiver.next()
    expect(request.headers['webhook-test']).toBe('true')
    const body = JSON.parse(request.text())
    expect(Object.keys(body)).toEqual(['event', 'timestamp', 'accountId', 'image'])
    expect(body.image).toMatchObject({
      id: expect.stringMatching(/^test_image_id_/),
      filename: 'test.jpg',
      metadata: { userId: 'test_user' },
    })
    const detail = await server.call('GET', `${webhooks}/deliveries/${tested.result.delivery_id}`)
    expect(detail.result).toMatchObject({ state: 'succeeded', attempts: [{ status: 202 }] })
  })

  it('signs a delivery anew for trying by hand, without what the endpoint adds', async () => {
    const server = await startServer()
    const receiver = await testReceiver()
    const wish = { url: receiver.url, secret, headers: { authorization: 'Bearer of-the-receiver' } }
    const { result: endpoint } = await server.call('PUT', webhooks, wish)
    const tested = await server.call('POST', `${webhooks}/${endpoint.id}/test`)
    const sent = await receiver.next()
    const { result } = await server.call('POST', `${webhooks}/deliveries/${tested.result.delivery_id}/sign`)
    expect(result.body).toBe(sent.text())
    expect(result.headers['x-cloudflare-signature']).toBe(sent.headers['x-cloudflare-signature'])
    expect(result.headers['webhook-id']).toBe(sent.headers['webhook-id'])
    expect(JSON.stringify(result)).not.toContain('of-the-receiver')
    await fetch(result.url, { method: 'POST', headers: result.headers, body: result.body })
    expect((await receiver.next()).headers['webhook-signature']).toBe(result.headers['webhook-signature'])
  })

  it('says what is wrong with a receiver that is not there, answers badly or hangs', async () => {
    const clock = fakeClock(Date.now())
    const server = await startServer({ parts: { clock } })
    const receiver = await testReceiver({ respond: () => answer(401, 'Invalid signature') })
    const { result: endpoint } = await server.call('PUT', webhooks, { url: receiver.url, secret })
    const test = () => server.call('POST', `${webhooks}/${endpoint.id}/test`, { event: 'image.deleted' })
    expect((await test()).result).toMatchObject({ success: false, status: 401, response_body: 'Invalid signature' })
    receiver.respondWith(hang())
    const hanging = test()
    await eventually(() => receiver.received.length === 2)
    clock.advance(30_000)
    expect((await hanging).result).toMatchObject({ success: false, status: null, error: { kind: 'timeout' } })
    await receiver.close()
    expect((await test()).result).toMatchObject({ success: false, error: { kind: 'connect_refused' } })
  })

  it('resumes a suspended endpoint when it passes, and leaves one that was paused by hand', async () => {
    const server = await startServer()
    const receiver = await testReceiver({ respond: (_, index) => answer(index === 0 ? 410 : 200, '') })
    const { result: endpoint } = await server.call('PUT', webhooks, { url: receiver.url, secret })
    const path = `${webhooks}/${endpoint.id}`
    await uploadDrawing(server)
    await server.nextAttempt()
    expect((await server.call('GET', path)).result).toMatchObject({ state: 'suspended', active: false })
    await server.call('POST', `${path}/test`)
    expect((await server.call('GET', path)).result).toMatchObject({ state: 'active' })
    await server.call('PATCH', path, { active: false })
    await server.call('POST', `${path}/test`)
    expect((await server.call('GET', path)).result).toMatchObject({ state: 'paused' })
  })

  it('is limited, so that nobody makes a cannon of it', async () => {
    const server = await startServer({ parts: { clock: fakeClock(Date.now()) } })
    const receiver = await testReceiver()
    const { result: endpoint } = await server.call('PUT', webhooks, { url: receiver.url, secret })
    const statuses: number[] = []
    for (let tests = 0; tests < 6; tests++)
      statuses.push((await server.call('POST', `${webhooks}/${endpoint.id}/test`)).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
  })
})

describe('deliveries', () => {
  it('show ten attempts over 23 h 21 m to an endpoint that is down, then dead; a replay starts anew', async () => {
    const clock = fakeClock(Date.now())
    const server = await startServer({ parts: { clock, random: { bytes: randomBytes, fraction: () => 0 } } })
    const gone = await testReceiver()
    const { port } = gone
    await gone.close()
    await server.call('PUT', webhooks, { url: `http://127.0.0.1:${port}/`, secret })
    const startedAt = clock.now()
    await uploadDrawing(server)
    for (;;) {
      const { decision } = await server.nextAttempt()
      if (decision.kind !== 'retry') break
      clock.advance(decision.dueAt - clock.now())
    }
    const listed = await server.call('GET', `${webhooks}/deliveries?state=dead`)
    const [{ id }] = listed.result.deliveries
    const { result: detail } = await server.call('GET', `${webhooks}/deliveries/${id}`)
    expect(detail).toMatchObject({ state: 'dead', reason: 'schedule_exhausted', next_attempt_at: null })
    expect(
      detail.attempts.map(
        ({ number, started, error }: { number: number; started: string; error: { kind: string } }) => [
          number,
          (Date.parse(started) - startedAt) / 60_000,
          error.kind,
        ],
      ),
    ).toEqual([0, 0, 1, 6, 21, 81, 201, 441, 921, 1401].map((minute, index) => [index + 1, minute, 'connect_refused']))

    const back = await testReceiver({ port })
    const replayed = await server.call('POST', `${webhooks}/deliveries/${id}/replay`)
    expect(replayed.result).toMatchObject({ state: 'pending', reason: 'replayed' })
    expect((await back.next()).headers['webhook-attempt']).toBe('11')
    await server.nextAttempt()
    expect((await server.call('GET', `${webhooks}/deliveries/${id}`)).result.state).toBe('succeeded')
  })

  it('are listed newest first, by page and by filter', async () => {
    const server = await startServer({ config: { retryScheduleMs: [] } })
    const receiver = await testReceiver({ respond: (_, index) => answer(index % 2 === 0 ? 200 : 500, '') })
    const { result: endpoint } = await server.call('PUT', webhooks, { url: receiver.url, secret })
    const images: string[] = []
    for (let count = 0; count < 5; count++) {
      images.push((await uploadDrawing(server)).result.id)
      await server.nextAttempt()
    }
    const first = await server.call('GET', `${webhooks}/${endpoint.id}/deliveries?per_page=3`)
    const second = await server.call(
      'GET',
      `${webhooks}/${endpoint.id}/deliveries?per_page=3&continuation_token=${first.result.continuation_token}`,
    )
    const ids = [...first.result.deliveries, ...second.result.deliveries].map(
      ({ image_id }: { image_id: string }) => image_id,
    )
    expect(ids).toEqual(images.toReversed())
    expect(second.result.continuation_token).toBeNull()
    const count = async (query: string): Promise<number> =>
      (await server.call('GET', `${webhooks}/deliveries?${query}`)).result.deliveries.length
    expect(await count('state=dead')).toBe(2)
    expect(await count('state=succeeded')).toBe(3)
    expect(await count(`image_id=${images[2]}`)).toBe(1)
    expect(await count('event=image.deleted')).toBe(0)
    expect(await count('since=2100-01-01T00:00:00Z')).toBe(0)
    expect(await count('until=2100-01-01T00:00:00Z')).toBe(5)
    for (const wrong of ['state=lost', 'per_page=0', 'since=yesterday', 'continuation_token=nonsense'])
      expect((await server.call('GET', `${webhooks}/deliveries?${wrong}`)).status).toBe(400)
  })

  it.each([
    ['since=yesterday', 'since must be an instant in ISO 8601 with a zone, such as 2026-01-31T08:00:00Z.'],
    ['until=2026-01-31', 'until must be an instant in ISO 8601 with a zone, such as 2026-01-31T08:00:00Z.'],
    ['state=lost', 'state must be one of pending, succeeded, dead, canceled.'],
    ['per_page=0', 'per_page must be a whole number from 1 to 1000.'],
    ['per_page=ten', 'per_page must be a whole number from 1 to 1000.'],
    ['image_id=a%00b', 'image_id must be valid text without control characters.'],
    ['state[]=dead', 'The query must not have "state[]"; remove it or correct its name.'],
    ['state=dead&state=pending', 'state stands more than once in the query; send it once.'],
  ])('cannot be listed by %s, in a sentence that says the fix', async (query, sentence) => {
    const server = await startServer()
    const { result: endpoint } = await server.call('PUT', webhooks, { url: 'https://example.com/' })
    for (const path of [`${webhooks}/deliveries`, `${webhooks}/${endpoint.id}/deliveries`]) {
      const refused = await server.call('GET', `${path}?${query}`)
      expect([refused.status, refused.errors[0]?.message]).toEqual([400, sentence])
    }
  })

  it('cannot be replayed while an attempt runs, nor seen by another account', async () => {
    const server = await startServer()
    const receiver = await testReceiver({ respond: () => hang() })
    await server.call('PUT', webhooks, { url: receiver.url, secret })
    await uploadDrawing(server)
    await receiver.next()
    const { result } = await server.call('GET', `${webhooks}/deliveries`)
    const [{ id }] = result.deliveries
    const refused = await server.call('POST', `${webhooks}/deliveries/${id}/replay`)
    expect([refused.status, refused.headers.get('x-should-retry')]).toEqual([409, 'false'])
    const other = await server.server.accounts.create({ name: 'other' })
    const stolen = await server.server.fetch(
      new Request(`${server.url}/client/v4/accounts/${other.account.id}${webhooks}/deliveries/${id}`, {
        headers: { authorization: `Bearer ${other.token}` },
      }),
    )
    expect(stolen.status).toBe(404)
  })
})

describe('metrics', () => {
  it('count attempts by what came of them', async () => {
    const server = await startServer({ config: { retryScheduleMs: [0] } })
    const receiver = await testReceiver({ respond: (_, index) => answer(index === 0 ? 500 : 200, '') })
    await server.call('PUT', webhooks, { url: receiver.url, secret })
    await uploadDrawing(server)
    await server.nextAttempt()
    await server.nextAttempt()
    const text = await (await server.server.fetch(new Request(`${server.url}/metrics`))).text()
    expect(text).toContain('imagehooks_attempts_total{result="failed"} 1')
    expect(text).toContain('imagehooks_attempts_total{result="succeeded"} 1')
    expect(text).toContain('imagehooks_attempt_seconds_count{result="succeeded"} 1')
  })

  it.each<[string, string, Record<string, string>, number]>([
    ['a name that leads here', 'http://evil.example/metrics', {}, 403],
    ['another host than the address', 'http://127.0.0.1/metrics', { host: 'evil.example' }, 403],
    ['a page from elsewhere', 'http://127.0.0.1/metrics', { origin: 'https://evil.example' }, 403],
    ['a proxy', 'http://localhost/metrics', { 'x-forwarded-for': '192.0.2.1' }, 403],
    ['this machine', 'http://localhost:4747/metrics', {}, 200],
  ])('asked for by %s: %s', async (_, url, headers, status) => {
    const { server } = await startServer()
    expect((await server.fetch(new Request(url, { headers }))).status).toBe(status)
  })
})
