import { answerBy, type Receive, withoutBody } from './receive.ts'

/** Answers a request of a framework whose requests are those of the web. */
export type WebHandler<Native = unknown> = (request: Request, native: Native) => Promise<Response>

/** Makes a handler that hands requests on untouched, and tells `fix` where a body was read before. */
export const webHandler = <Native>(receive: Receive<Native>, fix: string): WebHandler<Native> => {
  const answer = answerBy(receive)
  return (request, native) => answer(request.bodyUsed ? withoutBody(request, fix) : request, native)
}
