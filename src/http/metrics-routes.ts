import { Hono } from 'hono'
import { AppError } from '../domain/errors.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { AppContext, AppEnvironment, Routes } from './environment.ts'
import { isLocalRequest } from './local-request.ts'

/**
 * Whether a request comes from this machine, was sent to it by a name of its own, and was not passed on by a proxy that
 * stands on it; without a port there is nobody else.
 */
const isFromHere = (context: AppContext): boolean => {
  if (context.req.header('x-forwarded-for') !== undefined || context.req.header('forwarded') !== undefined) return false
  if (!isLocalRequest(context.req.raw)) return false
  const address = context.env?.incoming?.socket.remoteAddress
  return address === undefined || address === '::1' || /^(::ffff:)?127\./.test(address)
}

/** What the server counts, in Prometheus's text form, for callers on this machine; mounted at `/metrics`. */
export const metricsRoutes = (metrics: Metrics): Routes =>
  new Hono<AppEnvironment>().get('/', async (context) => {
    if (!isFromHere(context))
      throw new AppError(
        'forbidden',
        'Metrics are answered to callers on this machine only: ask at http://localhost or http://127.0.0.1.',
      )
    const { body, contentType } = await metrics.render()
    return context.body(body, 200, { 'content-type': contentType })
  })
