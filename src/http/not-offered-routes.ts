import { Hono } from 'hono'
import { AppError } from '../domain/errors.ts'
import type { AppEnvironment, Routes } from './environment.ts'

/** Cloudflare's calls that are not this server's, below an account, and what takes their place. */
const families: readonly (readonly [path: string, instead: string])[] = [
  ['/images/v2/sourcingkit/*', 'upload each image by "url" instead'],
  ['/zones/:zoneId/v1/images/flows/*', 'put the options of flexible variants into the image URL instead'],
]

/** Tells who calls them so, where an unknown path would leave it open; relative to `/client/v4/accounts/{account_id}`. */
export const notOfferedRoutes = (): Routes => {
  const routes = new Hono<AppEnvironment>()
  for (const [path, instead] of families)
    routes.all(path, () => {
      throw new AppError('not_offered', `This server does not offer this call of Cloudflare's; ${instead}.`)
    })
  return routes
}
