import { createAuditStore, keepAudit } from '../src/audit.ts'
import { d1Database, d1Inbox, type D1Database } from '../src/d1.ts'
import { createReceiver } from '../src/index.ts'
import {
  createStepJournal,
  enqueue,
  guideMessage,
  imageMessage,
  type MessageQueue,
  moderate,
  notify,
  save,
  steps,
} from '../src/steps.ts'
import tablesSql from '../src/tables.sql'

type Env = {
  WEBHOOK_SECRET: string
  DB: D1Database
  IMAGE_QUEUE: MessageQueue
  CONSUMED: { fetch(url: string, init: object): Promise<Response> }
  OTHERS_URL: string
  API_URL: string
  API_TOKEN: string
  ACCOUNT_ID: string
  VARIANTS_URL: string
}

const database = ({ DB }: Env) => d1Database(DB)

const receiver = createReceiver<Env>({
  secrets: (env) => env.WEBHOOK_SECRET,
  inbox: ({ DB }) => d1Inbox(DB),
  unknown: 'error',
  audit: keepAudit((env) => createAuditStore(database(env))),
})
  .on('image.*', steps({ journal: (env) => createStepJournal(database(env)) }, save({ database })))
  .on(
    'image.uploaded',
    steps(
      { journal: (env) => createStepJournal(database(env)) },
      moderate({
        url: ({ OTHERS_URL }) => `${OTHERS_URL}/check`,
        variants: ({ VARIANTS_URL }) => ({ base: VARIANTS_URL, variant: 'public' }),
        images: ({ API_URL, API_TOKEN, ACCOUNT_ID }) => ({
          baseUrl: API_URL,
          apiToken: API_TOKEN,
          account: ACCOUNT_ID,
        }),
      }),
      enqueue({ queue: ({ IMAGE_QUEUE }) => IMAGE_QUEUE, message: guideMessage('generate_thumbnails') }),
      notify({
        url: ({ OTHERS_URL }) => `${OTHERS_URL}/notifications`,
        when: ({ event }) => event.image.creator !== undefined,
        message: ({ event }) => ({ userId: event.image.creator ?? '', message: imageMessage(event) }),
      }),
    ),
  )

/** `GET /prepare` makes the tables, `GET /rows` answers those of the images and `/audit` how requests ended, the rest is the receiver's. */
export const answer = async (request: Request, env: Env): Promise<Response> => {
  const { pathname } = new URL(request.url)
  if (pathname === '/prepare')
    for (const sql of tablesSql.split(';').filter((part) => part.trim())) await env.DB.prepare(sql).all()
  if (pathname === '/audit') return Response.json(await createAuditStore(database(env)).list())
  if (request.method === 'POST') return receiver.fetch(request, env)
  return Response.json(
    pathname === '/rows'
      ? (await env.DB.prepare('select * from imagehooks_image order by image_id').all()).results
      : [],
  )
}

export const queue = async (batch: { messages: readonly { body: unknown }[] }, env: Env): Promise<void> => {
  for (const { body } of batch.messages)
    await env.CONSUMED.fetch('https://consumed.invalid/', { method: 'POST', body: JSON.stringify(body) })
}
