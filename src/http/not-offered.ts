import { Hono } from 'hono'
import { AppError } from '../domain/errors.ts'
import type { AppContext, AppEnvironment, Routes } from './environment.ts'

/** Refuses a call of Cloudflare's API that this server does not have yet. */
export const refuseCall = ({ req: { method, path } }: AppContext): never => {
  throw new AppError('not_offered', `This version of Imagehooks does not offer ${method} ${path} yet.`)
}

/** A part of Cloudflare's API of which nothing is offered yet; mounted where that part stands. */
export const notOfferedRoutes = (): Routes => new Hono<AppEnvironment>().all('/', refuseCall).all('/*', refuseCall)
