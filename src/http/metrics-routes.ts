import { Hono } from 'hono'
import { createHash, timingSafeEqual } from 'node:crypto'
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

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Takes the same time whatever was sent. */
const hasToken = (context: AppContext, token: string): boolean => {
  const sent = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? ''
  return timingSafeEqual(digest(sent), digest(token))
}

/**
 * What the server counts, in Prometheus's text form; mounted at `/metrics`. For callers on this machine, and for all who
 * send the token, where one is set.
 */
export const metricsRoutes = (metrics: Metrics, token?: string): Routes =>
  new Hono<AppEnvironment>().get('/', async (context) => {
    if (!isFromHere(context) && !(token !== undefined && hasToken(context, token)))
      throw new AppError(
        'forbidden',
        'Metrics are answered to callers on this machine: ask at http://localhost or http://127.0.0.1, or set --metrics-token and send it as a bearer token.',
      )
    const { body, contentType } = await metrics.render()
    return context.body(body, 200, { 'content-type': contentType })
  })
