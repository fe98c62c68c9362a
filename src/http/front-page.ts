import { Hono } from 'hono'
import { readFile } from 'node:fs/promises'
import type { AppEnvironment, Routes } from './environment.ts'

const file = new URL('../../dashboard/public/index.html', import.meta.url)

/** The page at `/`: plain HTML with its own style, no script, nothing loaded from elsewhere. */
export const frontPage = async (): Promise<Routes> => {
  const page = await readFile(file, 'utf8')
  return new Hono<AppEnvironment>().get('/', (context) =>
    context.html(page, 200, {
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    }),
  )
}
