/** @module A handler of Hono, on any runtime. */
import { withoutBody } from './adapters/receive.ts'
import type { WorkerContext } from './pipeline/delivery.ts'
import type { Receiver } from './pipeline/receiver.ts'

/** What is needed of Hono's context. */
export type HonoContext<Env> = {
  readonly req: { readonly raw: Request }
  readonly env: Env
  readonly executionCtx: WorkerContext
}

/** A handler of Hono. */
export type HonoHandler<Env> = (context: HonoContext<Env>) => Promise<Response>

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
export function honoHandler(receiver: Receiver): HonoHandler<unknown>
export function honoHandler<Env>(receiver: Receiver<Env>): HonoHandler<Env>
export function honoHandler<Env>({ fetch }: Receiver<Env>): HonoHandler<Env> {
  return async (context) => {
    const { raw } = context.req
    return fetch(raw.bodyUsed ? withoutBody(raw, fix) : raw, context.env, executionContext(context))
  }
}
