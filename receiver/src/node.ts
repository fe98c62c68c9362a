/** @module A listener of node:http, and of all that is built upon it. */
import { makeNodeHandler, type NodeHandler } from './adapters/node-handler.ts'
import type { NodeRequest } from './adapters/node-request.ts'
import type { Receive } from './adapters/receive.ts'

export type { NodeHandler } from './adapters/node-handler.ts'
export type { NodeRequest } from './adapters/node-request.ts'
export type { Receive } from './adapters/receive.ts'

/** `createServer(nodeHandler(receiver)).listen(8787)`. Also for https and the compatible API of http2. */
export const nodeHandler = <Incoming extends NodeRequest = NodeRequest>(
  receive: Receive<Incoming>,
): NodeHandler<Incoming> =>
  makeNodeHandler(receive, 'Call the handler before anything reads the request, or keep its bytes as request.rawBody.')
