import { Hono } from 'hono'
import type { ServedRemote, ServeRemote } from '../serve/serve-remote.ts'
import { refuseFailure, refuseImage } from './delivery-errors.ts'
import type { AppContext, AppEnvironment, Routes } from './environment.ts'
import { answerImage, answerUnchanged } from './image-answer.ts'

const prefix = '/cdn-cgi/image/'

const answer = (context: AppContext, served: ServedRemote): Response => {
  switch (served.outcome) {
    case 'found':
      return answerImage(context, served)
    case 'unchanged':
      return answerUnchanged(served)
    case 'redirect':
      return new Response(null, { status: 302, headers: { location: served.url, 'cache-control': 'no-store' } })
    case 'refused':
      return refuseImage(`source_${served.fault}`, served.reason)
  }
}

/** Images that lie elsewhere, transformed: `/cdn-cgi/image/<options>/<source>`; mounted at `/`. */
export const remoteRoutes = (serveRemote: ServeRemote): Routes =>
  new Hono<AppEnvironment>().get(`${prefix}*`, async (context) => {
    // The query is the source's; both as they were sent.
    const sent = context.req.url.slice(context.req.url.indexOf(prefix) + prefix.length)
    const at = sent.indexOf('/')
    if (at < 1 || at === sent.length - 1) return refuseImage('malformed', `The URL must be ${prefix}<options>/<source>`)
    try {
      const served = await serveRemote({
        options: sent.slice(0, at),
        source: sent.slice(at + 1),
        hints: (header) => context.req.header(header),
        ifNoneMatch: context.req.header('if-none-match'),
        via: context.req.header('via'),
      })
      return answer(context, served)
    } catch (error) {
      return refuseFailure(error)
    }
  })
