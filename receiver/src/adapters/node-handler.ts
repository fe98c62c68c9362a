import type { ServerResponse } from 'node:http'
import { type NodeRequest, toRequest } from './node-request.ts'
import { answerBy, type Receive } from './receive.ts'

/** A listener of `createServer`, which is also a handler of Express. Its promise ends when the answer is written. */
export type NodeHandler<Incoming extends NodeRequest = NodeRequest> = (
  incoming: Incoming,
  outgoing: ServerResponse,
) => Promise<void>

/** Makes a handler that reads the request itself, and tells `fix` where a body was read before. */
export const makeNodeHandler = <Incoming extends NodeRequest>(
  receive: Receive<Incoming>,
  fix: string,
): NodeHandler<Incoming> => {
  const answer = answerBy(receive)
  return async (incoming, outgoing) => {
    const response = await answer(toRequest(incoming, fix), incoming)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(new Uint8Array(await response.arrayBuffer()))
  }
}
