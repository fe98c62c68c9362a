import type { Receiver } from '../pipeline/receiver.ts'

/**
 * What an adapter hands its requests to: a receiver, or, for one that wants an environment, a function that makes it:
 * `(request, native) => receiver.fetch(request, { … })`. `native` is what the framework itself gives its handlers.
 */
export type Receive<Native> = Receiver | ((request: Request, native: Native) => Promise<Response>)

/** One function of either form. */
export const answerBy = <Native>(receive: Receive<Native>): ((request: Request, native: Native) => Promise<Response>) =>
  typeof receive === 'function' ? receive : (request) => receive.fetch(request)

/** What a body that somebody else has read is told by. */
export const readBefore = (fix: string): string =>
  `The body was read or parsed before it came to the receiver, and the signature is made of its very bytes. ${fix}`

/**
 * The same request, whose body is known to be gone. The receiver asks before it reads, and then ends the request as
 * `misconfigured`, with the fix in the audit record or the log.
 */
export const withoutBody = (request: Request, fix: string): Request =>
  Object.defineProperty(request, 'bodyUsed', {
    get: () => {
      throw new TypeError(readBefore(fix))
    },
  })
