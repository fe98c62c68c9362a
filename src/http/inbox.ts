import { type AuditRecord, createReceiver, memoryInbox } from '@imagehooks/receiver'
import { Hono } from 'hono'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Random } from '../domain/random.ts'
import type { AppEnvironment, Routes } from './environment.ts'
import { createSignatureCheck } from './inbox-check.ts'
import { type InboxEntry, inboxEntry } from './inbox-entry.ts'
import { inboxPage, inboxPagePolicy } from './inbox-page.ts'
import { createRing } from './inbox-ring.ts'
import { inboxStream } from './inbox-stream.ts'
import { isLocalRequest } from './local-request.ts'

/** Where the inbox stands. */
export const inboxPath = '/inbox'

/** Where the built-in receiver takes webhooks: the URL of the endpoint it belongs to. */
export const inboxReceivePath = `${inboxPath}/receive`

export type InboxParts = {
  /** Of the endpoint that sends here. */
  readonly secret: string
  readonly clock: Clock
  readonly random: Random
  /** Aborted when the server stops, so that no open page keeps it waiting. */
  readonly stopping: AbortSignal
}

/** How many requests are remembered. */
const ringSize = 200
const bodyLimitBytes = 65_536

/** One byte more than the limit is enough to be refused for. */
const readStart = async (body: ReadableStream<Uint8Array<ArrayBuffer>> | null): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    length += chunk.length
    if (length > bodyLimitBytes) break
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer()).slice(0, bodyLimitBytes + 1)
}

const requireLocal = (request: Request): void => {
  if (isLocalRequest(request)) return
  throw new AppError(
    'forbidden',
    'The inbox answers this machine alone: open it at http://localhost or http://127.0.0.1.',
  )
}

type Env = { record: AuditRecord | undefined }

/**
 * The inbox of `imagehooks dev`, relative to {@link inboxPath}: a receiver that verifies each webhook, the page on which
 * it appears, and both lists behind it. It remembers the last 200 requests, and nothing over a restart.
 */
export const inboxRoutes = ({ secret, clock, random, stopping }: InboxParts): Routes => {
  const routes = new Hono<AppEnvironment>()
  const ring = createRing<InboxEntry>(ringSize)
  const check = createSignatureCheck(secret, () => clock.now())
  const receiver = createReceiver<Env>({
    secrets: secret,
    inbox: memoryInbox({ now: () => clock.monotonic() }),
    unknown: 'ignore',
    maxBodyBytes: bodyLimitBytes,
    now: () => clock.now(),
    audit: (record, env) => void (env.record = record),
  }).on('image.*', () => {})
  // Numbers begin anew at every start; what was seen before must not count for what comes now.
  const run = clock.now().toString(36)
  let arrivedCount = 0

  routes.use(async (context, next) => {
    requireLocal(context.req.raw)
    await next()
  })

  routes.post('/receive', async (context) => {
    const { url, method, headers, body: stream } = context.req.raw
    const body = await readStart(stream)
    const env: Env = { record: undefined }
    const response = await receiver.fetch(new Request(url, { method, headers, body }), env)
    const checks = await check(headers, body)
    if (env.record) {
      arrivedCount += 1
      ring.add(inboxEntry({ id: `${run}-${arrivedCount}`, headers, body, checks, record: env.record }))
    }
    return response
  })

  routes.get('/', (context) => {
    const nonce = Buffer.from(random.bytes(16)).toString('base64')
    return context.html(inboxPage(nonce), 200, { 'content-security-policy': inboxPagePolicy(nonce) })
  })

  routes.get('/deliveries', (context) => context.json({ deliveries: ring.entries().toReversed() }))

  routes.get('/events', (context) => {
    const [lastRun, number] = (context.req.header('last-event-id') ?? '').split('-')
    const cursor = lastRun === run && /^\d{1,15}$/.test(number ?? '') ? Number(number) : 0
    return new Response(inboxStream(ring, cursor, stopping), {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    })
  })

  return routes
}
