import { Hono } from 'hono'
import type { Mount } from './app.ts'
import type { AppEnvironment, Routes } from './environment.ts'
import { openApiOf } from './openapi.ts'
import { referenceOf } from './reference-model.ts'
import { referencePage } from './reference-page.ts'

export type ReferenceRoutesParts = {
  /** Everything that is mounted; its declared calls are what the reference tells of. */
  readonly mounts: readonly Mount[]
  readonly version: string
  readonly publicUrl: () => string
}

/** The page is one document with its own style and no script. */
const pageHeaders = {
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

/** `/openapi.json`, for anybody from anywhere, and `/docs`: the same for people. Mounted at `/`. */
export const referenceRoutes = ({ mounts, version, publicUrl }: ReferenceRoutesParts): Routes =>
  new Hono<AppEnvironment>()
    .get('/openapi.json', (context) =>
      context.json(openApiOf(mounts, version, publicUrl()), 200, { 'access-control-allow-origin': '*' }),
    )
    .get('/docs', (context) =>
      context.html(referencePage(referenceOf(openApiOf(mounts, version, publicUrl())), version), 200, pageHeaders),
    )
