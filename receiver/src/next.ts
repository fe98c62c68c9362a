/** @module A route handler of Next.js (app router). */
import type { Receive } from './adapters/receive.ts'
import { webHandler, type WebHandler } from './adapters/web-handler.ts'

export type { Receive } from './adapters/receive.ts'
export type { WebHandler } from './adapters/web-handler.ts'

/**
 * `export const POST = nextHandler(receiver)` in `app/webhooks/route.ts`; the other methods are refused by Next.js
 * itself. Works on the Node and on the edge runtime. Not for the pages router, which parses bodies.
 */
export const nextHandler = <Context = unknown>(receive: Receive<Context>): WebHandler<Context> =>
  webHandler(receive, 'Pass the request of the route handler on before anything calls json(), text() or formData().')
