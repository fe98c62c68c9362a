import { readFileSync } from 'node:fs'

/** The version of this package. */
export const version: string = String(
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
)

/** How this server calls itself where it calls others. */
export const userAgent = `imagehooks/${version}`
