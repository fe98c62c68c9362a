/** @module A handler of Express 4 and 5. */
import { makeNodeHandler, type NodeHandler } from './adapters/node-handler.ts'
import type { NodeRequest } from './adapters/node-request.ts'
import type { Receive } from './adapters/receive.ts'

export type { NodeHandler } from './adapters/node-handler.ts'
export type { NodeRequest } from './adapters/node-request.ts'
export type { Receive } from './adapters/receive.ts'

/**
 * `app.all('/webhooks', expressHandler(receiver))`, above `app.use(express.json())`. Below it,
 * let it keep the bytes as `request.rawBody` by its option `verify`.
 */
export const expressHandler = <Incoming extends NodeRequest = NodeRequest>(
  receive: Receive<Incoming>,
): NodeHandler<Incoming> =>
  makeNodeHandler(
    receive,
    'Register the receiver above app.use(express.json()), or keep the bytes: express.json({ verify: (request, _, bytes) => { request.rawBody = bytes } }).',
  )
