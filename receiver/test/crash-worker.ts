import { d1Inbox, type D1Database } from '../src/d1.ts'
import { createReceiver } from '../src/index.ts'
import tablesSql from '../src/tables.sql'

type Env = {
  DB: D1Database
  /** In milliseconds since 1970, as text. */
  NOW: string
  BETWEEN?: { fetch(url: string): Promise<Response> }
}

const receiver = createReceiver<Env>({
  secrets: () => 'your_webhook_secret_key',
  inbox: ({ DB, NOW }) => d1Inbox(DB, { now: () => Number(NOW) }),
  unknown: 'error',
  now: () => Date.UTC(2026, 0, 15, 10, 30, 45),
}).on('image.uploaded', async ({ key, env }) => {
  await d1Inbox(env.DB).once(key, [env.DB.prepare("insert into effect values ('x')")])
  await env.BETWEEN?.fetch('https://between.invalid/')
})

/** A POST is a webhook; a GET answers how often its effect happened. */
export const answer = async (request: Request, env: Env): Promise<Response> => {
  if (request.method === 'POST') return receiver.fetch(request, env)
  const tables = `${tablesSql}; create table if not exists effect (x text)`
  for (const sql of tables.split(';').filter((part) => part.trim())) await env.DB.prepare(sql).all()
  return Response.json((await env.DB.prepare('select * from effect').all()).results.length)
}
