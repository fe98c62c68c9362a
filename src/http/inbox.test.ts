import { sampleEvent, type SampleOverrides } from '@imagehooks/receiver'
import { signRequest } from '@imagehooks/receiver/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type FakeClock, fakeClock } from '../../test/ground/fake-clock.ts'
import { systemRandom } from '../domain/random.ts'
import { silentLog } from '../telemetry/log.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createApp } from './app.ts'
import { inboxPath, inboxRoutes } from './inbox.ts'

const secret = 'whsec_AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM='
const origin = 'http://127.0.0.1:4747'

type Inbox = {
  clock: FakeClock
  /** Sends a webhook as the server would, unless told otherwise; answers the status. */
  send(wish?: Partial<Parameters<typeof signRequest>[0]>): Promise<number>
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** What `/inbox/deliveries` tells, newest first. */
  deliveries(): Promise<Record<string, unknown>[]>
  stop(): void
}

const openInbox = (): Inbox => {
  const clock = fakeClock()
  const stopping = new AbortController()
  onTestFinished(() => stopping.abort())
  const routes = inboxRoutes({ secret, clock, random: systemRandom, stopping: stopping.signal })
  const app = createApp({
    metrics: createMetrics(),
    findByToken: async () => undefined,
    findBySession: async () => undefined,
    requestPace: () => 0,
    publicUrl: () => 'http://images.test',
    clock,
    log: silentLog,
    mounts: [{ at: inboxPath, routes }],
  })
  const fetch: Inbox['fetch'] = async (path, init) => app.fetch(new Request(new URL(path, origin), init))
  const url = `${origin}/inbox/receive`
  return {
    clock,
    fetch,
    async send(wish = {}) {
      const request = await signRequest({ url, secret, body: event(clock), sentAt: clock.now(), ...wish })
      return (await app.fetch(request)).status
    },
    deliveries: async () => (await (await fetch('/inbox/deliveries')).json()).deliveries,
    stop: () => stopping.abort(),
  }
}

const event = (clock: FakeClock, image: SampleOverrides['image'] = {}): ReturnType<typeof sampleEvent> =>
  sampleEvent('image.uploaded', { timestamp: new Date(clock.now()).toISOString(), image })

describe('the built-in receiver', () => {
  test('verifies what the server signs, and tells how each signature was checked', async () => {
    const inbox = openInbox()
    expect(await inbox.send({ attempt: 2, headers: { 'webhook-test': 'true' } })).toBe(200)
    const [delivery] = await inbox.deliveries()
    expect(delivery).toMatchObject({
      received_at: '2026-01-15T10:30:45.123Z',
      verified: true,
      status: 200,
      code: 'done',
      event: 'image.uploaded',
      image_id: 'test_image_id',
      filename: 'test.jpg',
      preview: null,
      attempt: 2,
      test: true,
      checks: [
        { header: 'webhook-signature', passed: true, explanation: expect.stringContaining('five minutes are allowed') },
        { header: 'x-cloudflare-signature', passed: true, explanation: expect.stringContaining('hex HMAC-SHA256') },
      ],
    })
    expect(delivery?.['headers']).toContainEqual(['webhook-id', 'evt_test'])
    expect(delivery?.['body']).toBe(JSON.stringify(event(inbox.clock), null, 2))
  })

  test('says that it has seen an event before', async () => {
    const inbox = openInbox()
    await inbox.send()
    await inbox.send({ attempt: 2 })
    expect(await inbox.deliveries()).toMatchObject([{ code: 'duplicate', verified: true }, { code: 'done' }])
  })

  test('refuses what another secret signed, and tells nothing of what it claims to be', async () => {
    const inbox = openInbox()
    expect(await inbox.send({ secret: 'another', schemes: ['guide'] })).toBe(401)
    expect(await inbox.deliveries()).toMatchObject([
      {
        verified: false,
        status: 401,
        event: null,
        image_id: null,
        checks: [
          { header: 'webhook-signature', passed: null, explanation: 'Not there.' },
          { header: 'x-cloudflare-signature', passed: false, explanation: expect.stringContaining('these very bytes') },
        ],
      },
    ])
  })

  test('tells a stale signature from a wrong one', async () => {
    const inbox = openInbox()
    expect(await inbox.send({ sentAt: inbox.clock.now() - 301_000 })).toBe(422)
    expect(await inbox.deliveries()).toMatchObject([
      { code: 'stale', checks: [{ passed: false, explanation: expect.stringContaining('Rightly signed') }, {}] },
    ])
  })

  test('reads and keeps no more than the longest body there is', async () => {
    const inbox = openInbox()
    let pulled = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(16_384).fill(120))
      },
    })
    const headers = { 'content-type': 'application/json' }
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' }
    const response = await inbox.fetch('/inbox/receive', init)
    expect(response.status).toBe(413)
    expect(pulled).toBeLessThan(10)
    const [delivery] = await inbox.deliveries()
    expect(delivery).toMatchObject({ verified: false, code: 'body_too_large' })
    expect(String(delivery?.['body']).length).toBeLessThanOrEqual(65_537)
  })

  test('remembers the last 200', async () => {
    const inbox = openInbox()
    for (let count = 0; count < 203; count++) await inbox.send({ secret: 'wrong', id: `evt_${count}` })
    const deliveries = await inbox.deliveries()
    expect(deliveries).toHaveLength(200)
    expect(deliveries[0]?.['headers']).toContainEqual(['webhook-id', 'evt_202'])
  })

  test.each([
    ['http://images.example.com/Vi7wi5KSItxGFsWRG2Us6Q/cat/public', false, '/Vi7wi5KSItxGFsWRG2Us6Q/cat/public'],
    ['http://127.0.0.1:4747/Vi7wi5KSItxGFsWRG2Us6Q/cat/public', true, null],
    ['https://example.com/test.jpg', false, null],
    ['javascript:alert(1)', false, null],
    ['//evil.example', false, null],
  ])('shows the image at %s (signed URLs required: %s) from %s', async (variant, requireSignedURLs, preview) => {
    const inbox = openInbox()
    await inbox.send({ body: event(inbox.clock, { variants: [variant], requireSignedURLs }) })
    expect(await inbox.deliveries()).toMatchObject([{ preview }])
  })
})

describe('who may see and fill the inbox', () => {
  test.each(['localhost:4747', '127.0.0.1:4747', '127.1.2.3', '[::1]:4747', 'LOCALHOST'])(
    'this machine, called %s',
    async (host) => {
      expect((await openInbox().fetch('/inbox', { headers: { host } })).status).toBe(200)
    },
  )

  test.each([
    'evil.example',
    'evil.example:4747',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '10.0.0.1',
    'localhost:x',
    '',
  ])('nobody who came by the name %j, which may point here today', async (host) => {
    const inbox = openInbox()
    for (const path of ['/inbox', '/inbox/deliveries', '/inbox/events'])
      expect((await inbox.fetch(path, { headers: { host } })).status).toBe(403)
    expect(await inbox.send({ headers: { host } })).toBe(403)
    expect(await inbox.deliveries()).toEqual([])
  })

  test('no page of another origin', async () => {
    const inbox = openInbox()
    expect(await inbox.send({ headers: { origin: 'https://evil.example' } })).toBe(403)
    expect(await inbox.send({ headers: { origin: 'null' } })).toBe(403)
    expect(await inbox.deliveries()).toEqual([])
    expect(await inbox.send({ headers: { origin } })).toBe(200)
  })
})

describe('the page', () => {
  test('may run and load nothing but its own', async () => {
    const inbox = openInbox()
    const [first, second] = [await inbox.fetch('/inbox'), await inbox.fetch('/inbox')]
    const policy = first.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'nonce-[\w+/=]{24}';/)
    expect(policy).not.toBe(second.headers.get('content-security-policy'))
    const page = await first.text()
    const nonce = /nonce-([^']+)'/.exec(policy)?.[1] ?? ''
    expect(page.match(/<(?:script|style)[^>]*>/g)).toEqual([`<style nonce="${nonce}">`, `<script nonce="${nonce}">`])
  })

  test('never makes markup of what arrived', async () => {
    const page = await (await openInbox().fetch('/inbox')).text()
    expect(page).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/)
  })
})

/** Reads whole messages: their ids, and their data as objects. */
const messages = async function* (response: Response): AsyncGenerator<{ id: string; data: Record<string, unknown> }> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, id, data] = /^id: (.+)\ndata: (.+)$/.exec(block) ?? []
      if (id && data) yield { id, data: JSON.parse(data) }
    }
  }
}

describe('the stream behind the page', () => {
  test('tells what is there, then each webhook as it arrives, and ends when the server stops', async () => {
    const inbox = openInbox()
    await inbox.send({ attempt: 1 })
    const response = await inbox.fetch('/inbox/events')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const stream = messages(response)
    expect((await stream.next()).value?.data).toMatchObject({ attempt: 1, code: 'done' })
    const next = stream.next()
    await inbox.send({ attempt: 2 })
    expect((await next).value?.data).toMatchObject({ attempt: 2, code: 'duplicate' })
    const end = stream.next()
    inbox.stop()
    expect((await end).done).toBe(true)
  })

  test('goes on after the last message a reader had', async () => {
    const inbox = openInbox()
    await inbox.send({ attempt: 1 })
    await inbox.send({ attempt: 2 })
    const first = await messages(await inbox.fetch('/inbox/events')).next()
    const resumed = messages(
      await inbox.fetch('/inbox/events', { headers: { 'last-event-id': first.value?.id ?? '' } }),
    )
    expect((await resumed.next()).value?.data).toMatchObject({ attempt: 2 })
  })

  test.each(['some-1', '-1', 'x', '1-99999999999999999999'])(
    'starts anew after %j, which is of another start',
    async (id) => {
      const inbox = openInbox()
      await inbox.send({ attempt: 1 })
      const stream = messages(await inbox.fetch('/inbox/events', { headers: { 'last-event-id': id } }))
      expect((await stream.next()).value?.data).toMatchObject({ attempt: 1 })
    },
  )
})
