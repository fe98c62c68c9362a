import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createReceiver, memoryInbox } from '@imagehooks/receiver'
import { lambdaHandler } from '@imagehooks/receiver/lambda'
import { nextHandler } from '@imagehooks/receiver/next'
import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from '../examples/direct-upload/backend.ts'
import { start as startNodeExample } from '../examples/node/main.ts'
import { startExampleWorker } from '../scripts/example-worker.ts'
import { startGuideWorker } from './fixtures/guide-worker/start.ts'
import { run } from './ground/command.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { temporaryFolder } from './ground/temporary.ts'

/** An application that receives webhooks; `handled` names the image of each event that it has acted on. */
type Application = { readonly url: string; readonly secret: string; handled(): Promise<readonly string[]> }

const secret = 'your_webhook_secret_key'

const worker = async (): Promise<Application> => {
  const started = await startExampleWorker(secret)
  onTestFinished(() => started.stop())
  return {
    url: `${started.url}/webhooks`,
    secret,
    // What the queue has handed over: one job for each time that an image was acted on.
    handled: async () => (await started.d1('select image_id from job')).map((row) => String(row['image_id'])),
  }
}

const node = async (): Promise<Application> => {
  const worked: string[] = []
  const work = (id: string): void => void worked.push(id)
  const started = await startNodeExample({ folder: temporaryFolder(), port: 0, secrets: [secret], work })
  onTestFinished(() => started.stop())
  return { url: `${started.url}/webhooks`, secret, handled: async () => worked }
}

const directUpload = async (): Promise<Application> => {
  const service = await testReceiver({ respond: () => answer(200, '{"result":{}}') })
  const { url, server } = await startBackend({ url: service.url, accountId: 'a', apiToken: 'b' }, 0)
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  const registered: { secret: string } = JSON.parse((await service.next()).text())
  return {
    url: `${url}/webhooks`,
    secret: registered.secret,
    async handled() {
      const heard = await Promise.all(ids.map(async (id) => (await fetch(`${url}/heard?id=${id}`)).json()))
      return heard.flat().map(({ image }: { image: { id: string } }) => image.id)
    },
  }
}

/** What stands before a handler in production: takes a request, and answers what the handler says. */
const serve = async (handle: (request: IncomingMessage, body: Buffer) => Promise<Response>): Promise<string> => {
  const server = createServer(async (request, response) => {
    const { status, body } = await handle(request, await buffer(request))
    response.writeHead(status)
    for await (const chunk of body ?? []) response.write(chunk)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/webhooks`
}

const textHeaders = ({ headers }: IncomingMessage): [string, string][] =>
  Object.entries(headers).map(([name, value]) => [name, String(value)])

const handler = () => {
  const handled: string[] = []
  const receiver = createReceiver({ secrets: secret, inbox: memoryInbox(), unknown: 'ignore' }).on(
    'image.uploaded',
    async ({ event }) => {
      handled.push(event.image.id)
    },
  )
  return { receiver, handled: async () => handled }
}

const nextJs = async (): Promise<Application> => {
  const { receiver, handled } = handler()
  const post = nextHandler(receiver)
  const url = await serve((request, body) => {
    const headers = textHeaders(request)
    return post(new Request('http://localhost/webhooks', { method: 'POST', headers, body: new Uint8Array(body) }), {})
  })
  return { url, secret, handled }
}

const lambda = async (): Promise<Application> => {
  const { receiver, handled } = handler()
  const invoke = lambdaHandler(receiver)
  const url = await serve(async (request, body) => {
    const { statusCode, body: text } = await invoke({
      version: '2.0',
      rawPath: '/webhooks',
      requestContext: { http: { method: 'POST' } },
      headers: Object.fromEntries(textHeaders(request)),
      body: body.toString('base64'),
      isBase64Encoded: true,
    })
    return new Response(text, { status: statusCode })
  })
  return { url, secret, handled }
}

const ids = ['forged', 'genuine_1', 'genuine_2', 'genuine_3']

const trigger = (application: Application, ...words: string[]) =>
  run(['trigger', 'image.uploaded', '--to', application.url, ...words], {
    environment: { IMAGEHOOKS_WEBHOOK_SECRET: application.secret },
  })

const lines = (printed: string) =>
  printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test.each([
  ['examples/worker, on the Workers runtime', worker],
  ['examples/node', node],
  ['examples/direct-upload', directUpload],
  ['the handler of Next.js', nextJs],
  ['the handler of AWS Lambda', lambda],
])('%s refuses each forged delivery, and handles each genuine one exactly once', async (_, start) => {
  const application = await start()
  for (const headers of [[], ['--guide-only']]) {
    const forged = await trigger(application, '--tamper', 'all', '--set', 'image.id=forged', '--json', ...headers)
    expect({ code: forged.code, said: forged.said }).toEqual({ code: 0, said: '' })
    expect(lines(forged.printed)).toMatchObject([
      { tamper: 'body', status: 401, expected: true },
      { tamper: 'signature', status: 401, expected: true },
      { tamper: 'time', status: expect.any(Number), expected: true },
      { tamper: 'secret', status: 401, expected: true },
    ])
  }
  const statuses = async (id: string, ...words: readonly string[]): Promise<number[]> => {
    const { printed } = await trigger(application, '--set', `image.id=${id}`, '--duplicate', '5', '--json', ...words)
    return lines(printed).map(({ status }) => status)
  }
  const isTaken = (status: number): boolean => status >= 200 && status <= 299
  expect((await statuses('genuine_1')).filter(isTaken)).toHaveLength(6)
  expect((await statuses('genuine_2', '--guide-only')).filter(isTaken)).toHaveLength(6)
  // One that is being handled already may be told to come again.
  const atOnce = await statuses('genuine_3', '--concurrency', '6')
  expect(atOnce.filter((status) => !isTaken(status) && status !== 503)).toEqual([])
  expect(atOnce.some(isTaken)).toBe(true)
  const handled = async () => (await application.handled()).toSorted()
  await expect.poll(handled, { timeout: 30_000 }).toEqual(['genuine_1', 'genuine_2', 'genuine_3'])
})

test('the guide’s own Worker takes what was recorded three days ago, and that is told by the exit code', async () => {
  const started = await startGuideWorker(secret)
  onTestFinished(() => started.stop())
  const application: Application = { url: `${started.url}/webhooks`, secret, handled: async () => [] }
  const { code, printed, said } = await trigger(application, '--tamper', 'all', '--json')
  expect(lines(printed).map(({ tamper, status, expected }) => [tamper, status, expected])).toEqual([
    ['body', 401, true],
    ['signature', 401, true],
    ['time', 200, false],
    ['secret', 401, true],
  ])
  expect({ code, said }).toEqual({
    code: 1,
    said: '1 of 4 deliveries were not refused with a 4xx, as every forged delivery must be.\n',
  })
  const twice = await trigger(application, '--duplicate', '1', '--json')
  expect([twice.code, lines(twice.printed).map(({ status }) => status)]).toEqual([1, [200, 500]])
})
