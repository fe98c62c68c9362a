/** @module A handler of Hono, on any runtime. */
import { withoutBody } from './adapters/receive.ts'
import type { WorkerContext } from './pipeline/delivery.ts'

/** What is needed of Hono's context. */
export type HonoContext<Env> = {
  readonly req: { readonly raw: Request }
  readonly env: Env
  readonly executionCtx: WorkerContext
}

/** What answers a request: a receiver. */
export type HonoReceiver<Env> = { fetch(request: Request, env: Env, context?: WorkerContext): Promise<Response> }

const fix =
  'Register the receiver before any middleware that calls c.req.json(), text(), parseBody() or a validator on its path.'

/** Hono's getter throws where there is no such context, as on Node. */
const executionContext = (context: HonoContext<unknown>): WorkerContext | undefined => {
  try {
    return context.executionCtx
  } catch {
    return undefined
  }
}

/**
 * `app.all('/webhooks', honoHandler(receiver))`. The receiver's environment is the app's `Bindings`; the order of
 * registration counts, since Hono cannot give a body back byte for byte once something has read it.
 */
export const honoHandler =
  <Env>(receiver: HonoReceiver<Env>): ((context: HonoContext<Env>) => Promise<Response>) =>
  (context) => {
    const { raw } = context.req
    return receiver.fetch(raw.bodyUsed ? withoutBody(raw, fix) : raw, context.env, executionContext(context))
  }
