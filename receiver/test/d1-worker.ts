import { createReceiver, type D1InboxDatabase, d1Inbox, type Inbox } from '../src/index.ts'
import { inboxConformance } from '../src/inboxes/conformance.ts'
import tableSql from '../src/inboxes/d1-inbox.sql'

type Env = { DB: D1InboxDatabase }

const emptyInbox = async ({ DB }: Env, now: () => number): Promise<Inbox> => {
  for (const sql of ['drop table if exists imagehooks_inbox', ...tableSql.split(';').filter((part) => part.trim())]) {
    await DB.prepare(sql).all()
  }
  return d1Inbox(DB, { now })
}

const handled: string[] = []

const receiver = createReceiver<Env>({
  secrets: () => 'your_webhook_secret_key',
  inbox: ({ DB }) => d1Inbox(DB),
  unknown: 'ignore',
  now: () => Date.UTC(2026, 0, 15, 10, 30, 45),
}).on('image.uploaded', ({ event }) => void handled.push(event.image.id))

/** `POST /webhooks` is the receiver; `GET /case/3` runs a case of the conformance suite and answers what went wrong. */
export const answer = async (request: Request, env: Env): Promise<Response> => {
  const [, room, number] = new URL(request.url).pathname.split('/')
  if (room === 'webhooks') return receiver.fetch(request, env)
  if (room === 'handled') return Response.json(handled)
  const found = inboxConformance[Number(number)]
  if (!found) return new Response('No such case.')
  try {
    await found.run((now) => emptyInbox(env, now))
    return new Response('')
  } catch (error) {
    return new Response(String(error))
  }
}
