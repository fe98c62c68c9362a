import { Hono } from 'hono'
import type { AppContext, AppEnvironment, Routes } from './environment.ts'

/** Undefined when all is well, else one sentence that says what is wrong. */
export type Check = () => Promise<string | undefined>

export type HealthRoutesParts = {
  /** What must answer before requests are taken, by name: the database, the blobs, the migrations. */
  readonly ready: Readonly<Record<string, Check>>
  /** Whether deliveries leave. */
  readonly worker: Check
}

const run = async (check: Check): Promise<string> => {
  try {
    return (await check()) ?? 'ok'
  } catch {
    return 'does not answer'
  }
}

/** 200 when every check says `ok`, else 503; the body names each. For machines, so not in Cloudflare's envelope. */
const answer = async (context: AppContext, checks: Readonly<Record<string, Check>>): Promise<Response> => {
  const results = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await run(check)]))
  const good = results.every(([, result]) => result === 'ok')
  return context.json({ status: good ? 'ok' : 'failing', checks: Object.fromEntries(results) }, good ? 200 : 503)
}

/** Whether the process lives, may be sent requests, and delivers webhooks; relative to `/health`. */
export const healthRoutes = ({ ready, worker }: HealthRoutesParts): Routes =>
  new Hono<AppEnvironment>()
    .get('/live', (context) => answer(context, {}))
    .get('/ready', (context) => answer(context, ready))
    .get('/worker', (context) => answer(context, { worker }))
