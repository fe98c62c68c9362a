import { d1Database, d1Inbox, type D1Database } from '../src/d1.ts'
import { createReceiver } from '../src/index.ts'
import {
  consumeDeadLetters,
  consumeQueue,
  createDeadLetters,
  createHandlers,
  type Queue,
  type QueueBatch,
  Refusal,
  toQueue,
} from '../src/queue.ts'
import tablesSql from '../src/tables.sql'

type Env = { DB: D1Database; QUEUE: Queue; REPORT: { fetch(url: string, init: object): Promise<Response> } }

const report = (env: Env, ...said: string[]) =>
  env.REPORT.fetch('https://report.invalid/', { method: 'POST', body: said.join(' ') })

/** Images whose name tells what is to happen to them; `mended` heals what was broken. */
let isMended = false

const handlers = createHandlers<Env>({ unknown: 'error' }).on(
  'image.uploaded',
  async ({ event, env, attempt, scheme }) => {
    const { id } = event.image
    await report(env, 'handled', id, scheme, String(attempt))
    if (id === 'refused') throw new Refusal('no')
    if (id === 'broken' && !isMended) throw new Error('broken')
  },
)

const receiver = createReceiver<Env>({
  secrets: () => 'your_webhook_secret_key',
  inbox: ({ DB }) => d1Inbox(DB),
  unknown: toQueue((env) => env.QUEUE),
  now: () => Date.UTC(2026, 0, 15, 10, 30, 45),
}).on(
  'image.*',
  toQueue((env) => env.QUEUE),
)

const box = ({ DB }: Env) => createDeadLetters(d1Database(DB))

/** What keeps, and says so. */
const tellingBox = (env: Env) => ({
  keep: async (...letter: Parameters<ReturnType<typeof box>['keep']>) => {
    await box(env).keep(...letter)
    await report(env, 'kept', letter[0].key)
  },
})

const log = { error: () => {} }
const consume = consumeQueue({
  handlers,
  inbox: ({ DB }: Env) => d1Inbox(DB),
  deadLetters: tellingBox,
  retryDelaysSeconds: [0],
  log,
})
const consumeDead = consumeDeadLetters(tellingBox)

/** `POST /webhooks` is the receiver; `/prepare`, `/dead`, `/replay/<key>` and `/again` are what a test does besides. */
export const answer = async (request: Request, env: Env): Promise<Response> => {
  const [, room, detail = ''] = new URL(request.url).pathname.split('/')
  if (room === 'webhooks') return receiver.fetch(request, env)
  if (room === 'prepare')
    for (const sql of tablesSql.split(';').filter((part) => part.trim())) await env.DB.prepare(sql).all()
  if (room === 'again') await env.QUEUE.send(await request.json())
  if (room === 'dead') return Response.json(await box(env).list())
  if (room !== 'replay') return new Response()
  isMended = true
  return Response.json(await box(env).replayTo(decodeURIComponent(detail), (deferred) => env.QUEUE.send(deferred)))
}

export const queue = (batch: QueueBatch & { queue: string }, env: Env): Promise<void> =>
  batch.queue === 'images-dead' ? consumeDead(batch, env) : consume(batch, env)
