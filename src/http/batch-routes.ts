import { Hono } from 'hono'
import { authenticateBatch, type FindByToken, type RequestPace } from './authenticate.ts'
import type { AppEnvironment, Routes } from './environment.ts'

/** Where the calls of Cloudflare's batch host stand; there they begin with `/images`. */
export const batchPath = '/batch/images'

export type BatchRoutesParts = {
  readonly findByToken: FindByToken
  readonly requestPace: RequestPace
  /** The calls, with their places below `/images`. */
  readonly parts: readonly { readonly at: string; readonly routes: Routes }[]
}

/** The same calls as those of an account, for who has a batch token: the token says which account it is. */
export const batchRoutes = ({ findByToken, requestPace, parts }: BatchRoutesParts): Routes => {
  const routes = new Hono<AppEnvironment>()
  routes.use(authenticateBatch(findByToken, requestPace))
  for (const { at, routes: some } of parts) routes.route(at, some)
  return routes
}
