/** @module A plugin of Fastify 4 and 5. */
import { type NodeRequest, toRequest } from './adapters/node-request.ts'
import { answerBy, type Receive } from './adapters/receive.ts'

export type { NodeRequest } from './adapters/node-request.ts'
export type { Receive } from './adapters/receive.ts'

/** What is needed of Fastify's request. */
export type FastifyRequest = { readonly raw: NodeRequest; readonly body: unknown }

/** What is needed of Fastify's reply. */
export type FastifyReply = {
  code(status: number): unknown
  headers(values: Record<string, string>): unknown
  send(body: Uint8Array): unknown
}

/** What is needed of a Fastify instance. */
export type FastifyScope<Incoming extends FastifyRequest> = {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    type: string,
    parser: (request: Incoming, payload: unknown, done: (error: null) => void) => void,
  ): unknown
  all(path: string, handler: (request: Incoming, reply: FastifyReply) => Promise<unknown>): unknown
}

const fix =
  'Register the plugin where no preParsing hook and no raw-body plugin reads the request first, or keep its bytes as request.raw.rawBody.'

/**
 * `await app.register(fastifyReceiver(receiver), { path: '/webhooks' })`. In the plugin's own scope no parser touches
 * a body; all other routes keep theirs.
 */
export const fastifyReceiver = <Incoming extends FastifyRequest = FastifyRequest>(receive: Receive<Incoming>) => {
  const answer = answerBy(receive)
  return async (scope: FastifyScope<Incoming>, { path }: { path: string }): Promise<void> => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.all(path, async (request, reply) => {
      const response = await answer(toRequest(request.raw, fix), request)
      reply.code(response.status)
      reply.headers(Object.fromEntries(response.headers))
      return reply.send(new Uint8Array(await response.arrayBuffer()))
    })
  }
}
