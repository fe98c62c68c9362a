/** @module A handler of Deno.serve. */
import type { Receive } from './adapters/receive.ts'
import { webHandler, type WebHandler } from './adapters/web-handler.ts'

export type { Receive } from './adapters/receive.ts'
export type { WebHandler } from './adapters/web-handler.ts'

/** `Deno.serve(denoHandler(receiver))`. A function in the receiver's place also gets the `info` with the address. */
export const denoHandler = <Info = unknown>(receive: Receive<Info>): WebHandler<Info> =>
  webHandler(receive, 'Pass the request of Deno.serve on before anything reads it, or pass request.clone() elsewhere.')
