import { d1Inbox, type D1Database } from '../src/d1.ts'
import {
  durableObjectInbox,
  type DurableObjectNamespace,
  type DurableObjectState,
  type DurableObjectStorage,
  ImagehooksInbox,
} from '../src/durable-object.ts'
import { freshEvent } from '../src/contract/fresh-event.ts'
import { signRequest } from '../src/contract/sign-request.ts'
import { createReceiver, type Inbox, memoryInbox } from '../src/index.ts'
import { inboxConformance } from '../src/inboxes/conformance.ts'
import tablesSql from '../src/tables.sql'

/** The cases of the suite live in January; an alarm by today's clock would forget what they are about. */
export class UnalarmedInbox extends ImagehooksInbox {
  override async alarm(): Promise<void> {}
}

/** Answers a GET, after its first alarm, with the number of events it still remembers. */
export class AlarmedInbox extends ImagehooksInbox {
  readonly #alarmed = Promise.withResolvers<void>()
  readonly #storage: DurableObjectStorage

  constructor(state: DurableObjectState) {
    super(state)
    this.#storage = state.storage
  }

  override async alarm(): Promise<void> {
    await super.alarm()
    this.#alarmed.resolve()
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.method !== 'GET') return super.fetch(request)
    await this.#alarmed.promise
    return Response.json(this.#storage.sql.exec('select key from imagehooks_inbox order by key').toArray())
  }
}

type Env = { DB: D1Database; INBOX: DurableObjectNamespace<unknown>; ALARMED: DurableObjectNamespace<unknown> }

const statements = (sql: string) => sql.split(';').filter((part) => part.trim())

const prepare = async ({ DB }: Env): Promise<void> => {
  for (const sql of ['drop table if exists imagehooks_inbox', ...statements(tablesSql)]) await DB.prepare(sql).all()
}

let openCount = 0

const emptyInbox = async (env: Env, kind: string, now: () => number): Promise<Inbox> => {
  if (kind === 'durable-object') return durableObjectInbox(fresh(env.INBOX), { now })
  await prepare(env)
  return d1Inbox(env.DB, { now })
}

/** Objects that nobody has used. */
const fresh = (namespace: DurableObjectNamespace<unknown>): DurableObjectNamespace<unknown> => {
  const set = openCount++
  return { idFromName: (name) => namespace.idFromName(`${set} ${name}`), get: (id) => namespace.get(id) }
}

const runCase = async (env: Env, kind: string, number: number): Promise<string> => {
  const found = inboxConformance[number]
  if (!found) return 'No such case.'
  try {
    await found.run((now) => emptyInbox(env, kind, now))
    return ''
  } catch (error) {
    return String(error)
  }
}

const handled: string[] = []

const options = {
  secrets: () => 'your_webhook_secret_key',
  unknown: 'ignore',
  now: () => Date.UTC(2026, 0, 15, 10, 30, 45),
} as const

const receivers = {
  d1: createReceiver<Env>({ ...options, inbox: ({ DB }) => d1Inbox(DB) }),
  'durable-object': createReceiver<Env>({ ...options, inbox: ({ INBOX }) => durableObjectInbox(INBOX) }),
}
for (const { on } of Object.values(receivers)) on('image.uploaded', ({ event }) => void handled.push(event.image.id))

/** A hundred deliveries of one event at once, that only the transactional form keeps apart. */
const runOnce = async (env: Env, fails: boolean): Promise<unknown> => {
  await prepare(env)
  await env.DB.prepare('drop table if exists effect').all()
  await env.DB.prepare('create table effect (image_id text not null)').all()
  const effect = env.DB.prepare('insert into effect values (?)').bind('a')
  const broken = env.DB.prepare('insert into effect values (null)')
  const inbox = d1Inbox(env.DB)
  const failure = fails && (await inbox.once('key', [effect, broken]).catch(() => 'failed'))
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => inbox.once('key', [effect])))
  const { results } = await env.DB.prepare('select * from effect').all()
  return { failure, ran: outcomes.filter((outcome) => outcome === 'ran').length, effects: results.length }
}

/** A hundred deliveries of one event at once to receivers that know nothing of each other; only `once` keeps them apart. */
const runDeliveries = async (env: Env): Promise<unknown> => {
  await prepare(env)
  await env.DB.prepare('drop table if exists effect').all()
  await env.DB.prepare('create table effect (image_id text not null)').all()
  const secret = 'your_webhook_secret_key'
  const body = freshEvent('image.uploaded')
  const deliver = async (): Promise<unknown> => {
    const receiver = createReceiver<Env>({ secrets: secret, inbox: memoryInbox(), unknown: 'error' }).on(
      'image.uploaded',
      ({ key, event, env: { DB } }) =>
        d1Inbox(DB).once(key, [DB.prepare('insert into effect values (?)').bind(event.image.id)]),
    )
    return (await receiver.fetch(await signRequest({ secret, body }), env)).json()
  }
  const answers = await Promise.all(Array.from({ length: 100 }, deliver))
  const codes = new Set(answers.map((answer) => JSON.stringify(answer)))
  const { results } = await env.DB.prepare('select * from effect').all()
  return { codes: [...codes], effects: results.length }
}

/** Claims an event that is over by now and one that is not, and answers what is left after the alarm. */
const runAlarm = async ({ ALARMED }: Env): Promise<Response> => {
  const claim = (key: string, now: () => number) =>
    durableObjectInbox(ALARMED, { now, objectCount: 1 }).claim(key, { leaseMs: 1000, keepMs: 86_400_000 })
  await claim('over', () => 0)
  await claim('kept', Date.now)
  return ALARMED.get(ALARMED.idFromName('inbox-0')).fetch('https://inbox.invalid/')
}

/** `POST /d1` and `/durable-object` are receivers; the rest runs cases and answers what came of them. */
export const answer = async (request: Request, env: Env): Promise<Response> => {
  const [, kind, room, detail] = new URL(request.url).pathname.split('/')
  if (room === 'case') return new Response(await runCase(env, kind ?? '', Number(detail)))
  if (room === 'once' && detail === 'deliveries') return Response.json(await runDeliveries(env))
  if (room === 'once') return Response.json(await runOnce(env, detail === 'after-failure'))
  if (room === 'handled') return Response.json(handled.splice(0))
  if (room === 'alarm') return runAlarm(env)
  if (room === 'prepare') {
    await prepare(env)
    return new Response()
  }
  return receivers[kind === 'd1' ? 'd1' : 'durable-object'].fetch(request, env)
}
