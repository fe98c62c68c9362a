import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createReceiver, memoryInbox, type WebhookEvent } from '@imagehooks/receiver'

/** The Imagehooks server, or Cloudflare's address, and who we are there. The token never leaves the backend. */
export type Service = { readonly url: string; readonly accountId: string; readonly apiToken: string }

const readBody = async (request: IncomingMessage): Promise<Buffer<ArrayBuffer>> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const call = async ({ url, accountId, apiToken }: Service, method: string, path: string, body: object) => {
  const response = await fetch(`${url}/client/v4/accounts/${accountId}/images${path}`, {
    method,
    headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { result, errors } = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(errors)}`)
  return result
}

/**
 * The application's own server: it asks for upload URLs, hands them to its page, and hears by webhook what came of them.
 * Port 0 is any free one.
 */
export const startBackend = async (service: Service, port: number): Promise<{ url: string; server: Server }> => {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  /** What this process heard; an application would write it into its database. */
  const heard = new Map<string, WebhookEvent[]>()
  const hear = async ({ event }: { event: WebhookEvent }): Promise<void> => {
    heard.set(event.image.id, [...(heard.get(event.image.id) ?? []), event])
  }
  const receiver = createReceiver({ secrets: secret, inbox: memoryInbox(), path: '/webhooks', unknown: 'ignore' })
    .on('image.uploaded', hear)
    .on('image.upload_failed', hear)

  const answer = async (request: IncomingMessage): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://backend')
    if (pathname === '/webhooks')
      return receiver.fetch(
        new Request(`http://backend${pathname}`, {
          method: request.method ?? 'GET',
          headers: Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
          ...(request.method === 'POST' && { body: await readBody(request) }),
        }),
      )
    if (pathname === '/upload-url' && request.method === 'POST') {
      // Here an application checks who is signed in; what it notes comes back in the webhook.
      const made = await call(service, 'POST', '/v2/direct_upload', { metadata: { user: 'ada' }, creator: 'ada' })
      return Response.json(made)
    }
    if (pathname === '/heard') return Response.json(heard.get(searchParams.get('id') ?? '') ?? [])
    if (pathname !== '/') return new Response('Not found', { status: 404 })
    const page = await readFile(new URL('index.html', import.meta.url))
    return new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } })
  }

  const server = createServer(async (request, response) => {
    const answered = await answer(request).catch((error: unknown) => new Response(String(error), { status: 502 }))
    response.writeHead(answered.status, Object.fromEntries(answered.headers))
    response.end(Buffer.from(await answered.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`
  await call(service, 'PUT', '/v1/webhooks', {
    url: `${url}/webhooks`,
    events: ['image.uploaded', 'image.upload_failed'],
    secret,
  })
  return { url, server }
}
