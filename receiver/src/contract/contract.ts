import type { Awaitable, Bytes } from '../crypto/mac.ts'
import { utf8 } from '../crypto/text.ts'
import { eventTypes, type WebhookEvent } from '../events/events.ts'
import { freshEvent } from './fresh-event.ts'
import { type SignedRequest, signRequest } from './sign-request.ts'

/** The handler that the suite is pointed at. */
export type ContractTarget = {
  /** How a request reaches it: `receiver.fetch`, or the `fetch` of the runtime when it is a running server. */
  send(request: Request): Promise<Response>
  /** One of its secrets. */
  secret: string
  /** Its address. Default `https://receiver.example/webhooks`. */
  url?: string
  /** An account whose events it wants. Default `test`. */
  account?: string
  /** How often an upload of this image was handled. Without it, cases about effects judge by the answers alone. */
  handledCount?(imageId: string): Awaitable<number>
  /** The instant, in milliseconds since 1970, by the target's clock. Default `Date.now`. */
  now?(): number
}

/** One thing that every receiving end must do. */
export type ContractCase = {
  /** A sentence, for the test's name. */
  name: string
  /** Rejects with an Error that says what was found instead. Needs no test runner, so that it runs in any runtime. */
  run(target: ContractTarget): Promise<void>
}

/** What is changed after signing. */
type Forged = { body?: Bytes; alter?: (headers: Headers) => void }

/** The ground of one case: what it sends, and what it looks at. */
type Ground = {
  now: number
  url: string
  /** An upload that the target has not seen. */
  upload: WebhookEvent
  /** Sends the upload signed, or something else. */
  post(request?: Partial<SignedRequest>, forged?: Forged): Promise<Response>
  send(request: Request): Promise<Response>
  /** Rejects unless the upload was handled this often. */
  expectHandled(count: number): Promise<void>
}

const expectStatus = (response: Response, wanted: string, isWanted: (status: number) => boolean): void => {
  if (!isWanted(response.status)) throw new Error(`Status ${wanted} was wanted, ${response.status} was found.`)
}
const expectGood = (response: Response): void =>
  expectStatus(response, '2xx', (status) => status >= 200 && status < 300)
const expectRefused = (response: Response): void =>
  expectStatus(response, '4xx', (status) => status >= 400 && status < 500)
const expectUnverified = (response: Response): void => expectStatus(response, '401', (status) => status === 401)

const groundOf = (target: ContractTarget): Ground => {
  const { url = 'https://receiver.example/webhooks', account = 'test', secret } = target
  const now = target.now?.() ?? Date.now()
  // One event has one id, however often it is sent.
  const id = `evt_${crypto.randomUUID()}`
  const upload = freshEvent('image.uploaded', { at: now, accountId: account })
  return {
    now,
    url,
    upload,
    send: (request) => target.send(request),
    async post(request = {}, { body, alter } = {}) {
      const signed = await signRequest({ url, secret, body: upload, id, sentAt: now, ...request })
      const headers = new Headers(signed.headers)
      alter?.(headers)
      return target.send(new Request(url, { method: 'POST', headers, body: body ?? (await signed.arrayBuffer()) }))
    },
    async expectHandled(count) {
      const found = await target.handledCount?.(upload.image.id)
      if (found !== undefined && found !== count) throw new Error(`It was handled ${found} times instead of ${count}.`)
    },
  }
}

const contractCase = (name: string, run: (ground: Ground) => Promise<void>): ContractCase => ({
  name,
  run: (target) => run(groundOf(target)),
})

/** The text of an event with something put in its metadata, as another serialiser may write it. */
const written = (event: WebhookEvent, value: string): string =>
  JSON.stringify({ ...event, image: { ...event.image, metadata: { here: 0 } } }).replace('"here":0', `"here":${value}`)
const withByte = (event: WebhookEvent, ...bytes: number[]): Bytes => {
  const [before = '', after = ''] = written(event, '"|"').split('|')
  return new Uint8Array([...utf8(before), ...bytes, ...utf8(after)])
}

const guideHeader = 'x-cloudflare-signature'
const guideOnly: Partial<SignedRequest> = { schemes: ['guide'] }

const rewritings: readonly (readonly [name: string, bytes: (event: WebhookEvent) => Bytes])[] = [
  ['a number written 1.0', (event) => utf8(written(event, '1.0'))],
  ['slashes written \\/', (event) => utf8(written(event, '"a\\/b"'))],
  ['letters written as escapes', (event) => utf8(written(event, '"\\u00e9"'))],
  ['white space and line ends', (event) => utf8(`${JSON.stringify(event, null, 2)}\r\n`)],
  ['a byte order mark', (event) => new Uint8Array([0xef, 0xbb, 0xbf, ...utf8(JSON.stringify(event))])],
]

const forgeries: readonly (readonly [name: string, forge: (signature: string) => string])[] = [
  ['of nobody', (signature) => signature.replaceAll(/./g, '0')],
  ['with a stray digit', (signature) => `${signature}0`],
  ['with letters that are no digits', (signature) => `zz${signature.slice(2)}`],
  ['with a prefix', (signature) => `sha256=${signature}`],
  ['that came twice', (signature) => `${signature}, ${signature}`],
  ['of half the length', (signature) => signature.slice(32)],
]

const forge =
  (change: (signature: string) => string) =>
  (headers: Headers): void =>
    headers.set(guideHeader, change(headers.get(guideHeader) ?? ''))

const day = 86_400_000

/**
 * What a receiving end must do, whoever wrote it: take what is genuine byte for byte, refuse what is forged with 401,
 * handle an event once, and never answer 5xx for what a stranger sends. Its events are new in each run.
 */
export const receiverContract: readonly ContractCase[] = [
  ...eventTypes.map((type) =>
    contractCase(`takes ${type}`, async ({ now, upload, post }) => {
      expectGood(await post({ body: freshEvent(type, { at: now, accountId: upload.accountId }) }))
    }),
  ),
  contractCase('takes an upload and handles it once, however often it comes', async ({ post, expectHandled }) => {
    for (const attempt of [1, 2, 3]) expectGood(await post({ attempt }))
    expectGood(await post(guideOnly))
    await expectHandled(1)
  }),
  contractCase('of twenty deliveries of one upload at once, handles one', async ({ post, expectHandled }) => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => post()))
    for (const response of responses)
      expectStatus(response, '2xx or 503', (status) => status === 503 || (status >= 200 && status < 300))
    expectGood(await post())
    await expectHandled(1)
  }),
  contractCase("takes the guide's signature alone, in either case of its digits", async ({ post, expectHandled }) => {
    expectGood(await post(guideOnly))
    expectGood(await post(guideOnly, { alter: forge((signature) => signature.toUpperCase()) }))
    await expectHandled(1)
  }),
  ...rewritings.map(([name, bytesOf]) =>
    contractCase(`takes the very bytes that were signed: ${name}`, async ({ upload, post, expectHandled }) => {
      expectGood(await post({ body: bytesOf(upload) }))
      await expectHandled(1)
    }),
  ),
  ...rewritings.map(([name, bytesOf]) =>
    contractCase(`refuses other bytes that mean the same: ${name}`, async ({ upload, post, expectHandled }) => {
      expectUnverified(await post({ ...guideOnly, body: bytesOf(upload) }, { body: utf8(JSON.stringify(upload)) }))
      expectUnverified(await post(guideOnly, { body: bytesOf(upload) }))
      await expectHandled(0)
    }),
  ),
  contractCase('refuses a byte that is not UTF-8, under the signature of U+FFFD or its own', async (ground) => {
    const { upload, post, expectHandled } = ground
    const bad = withByte(upload, 0xff)
    expectUnverified(await post({ ...guideOnly, body: withByte(upload, 0xef, 0xbf, 0xbd) }, { body: bad }))
    expectRefused(await post({ body: bad }))
    await expectHandled(0)
  }),
  ...forgeries.map(([name, change]) =>
    contractCase(`refuses a signature ${name}`, async ({ post, expectHandled }) => {
      expectUnverified(await post(guideOnly, { alter: forge(change) }))
      await expectHandled(0)
    }),
  ),
  contractCase('refuses no signature, and says the same as to a wrong one', async ({ post, expectHandled }) => {
    const missing = await post({ schemes: [] })
    expectUnverified(missing)
    const wrong = await post(guideOnly, { alter: forge((signature) => signature.replaceAll(/./g, '0')) })
    if ((await missing.text()) !== (await wrong.text())) throw new Error('The two answers differ.')
    await expectHandled(0)
  }),
  contractCase('refuses a right signature of the guide beside a wrong one of Standard Webhooks', async (ground) => {
    const alter = (headers: Headers): void => headers.set('webhook-id', 'evt_another')
    expectUnverified(await ground.post({}, { alter }))
    await ground.expectHandled(0)
  }),
  contractCase('refuses what was signed long ago', async ({ now, upload, post, expectHandled }) => {
    expectRefused(await post({ sentAt: now - day }))
    const old: WebhookEvent = { ...upload, timestamp: new Date(now - 30 * day).toISOString() }
    expectRefused(await post({ ...guideOnly, body: old }))
    await expectHandled(0)
  }),
  ...['', 'null', '[]', '{', '{"event":"image.uploaded"}', '{"event":"image.uploaded","image":{"id":5}}'].map((text) =>
    contractCase(`refuses, with a right signature, the body ${JSON.stringify(text)}`, async ({ post }) => {
      expectRefused(await post({ body: utf8(text) }))
    }),
  ),
  contractCase('survives an event of a type that nobody knows yet', async ({ upload, post }) => {
    const body = utf8(JSON.stringify({ ...upload, event: 'image.from_the_future' }))
    expectStatus(await post({ body }), '2xx or 4xx', (status) => status >= 200 && status < 500)
  }),
  contractCase('refuses other methods, other types and long bodies', async ({ url, post, send, expectHandled }) => {
    expectRefused(await send(new Request(url)))
    expectRefused(await post({}, { alter: (headers) => headers.set('content-type', 'text/plain') }))
    expectRefused(await post({ body: utf8(' '.repeat(70_000)) }))
    await expectHandled(0)
  }),
]
