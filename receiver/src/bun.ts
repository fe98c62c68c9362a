/** @module A handler of Bun.serve. */
import type { Receive } from './adapters/receive.ts'
import { webHandler, type WebHandler } from './adapters/web-handler.ts'

export type { Receive } from './adapters/receive.ts'
export type { WebHandler } from './adapters/web-handler.ts'

/** `Bun.serve({ fetch: bunHandler(receiver) })`. A function in the receiver's place also gets the server. */
export const bunHandler = <Server = unknown>(receive: Receive<Server>): WebHandler<Server> =>
  webHandler(receive, 'Pass the request of Bun.serve on before anything reads it, or pass request.clone() elsewhere.')
