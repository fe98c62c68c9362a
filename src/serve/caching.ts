import { type AccountSettings, browserTtl } from '../domain/account.ts'
import type { Variant } from '../domain/variant.ts'

/** How long an answer may be kept, and by whom. */
export type Caching = { readonly isPrivate: boolean; readonly maxAgeSeconds: number }

/** What everybody may see: the variant's own time, or the account's, or two days. */
export const publicCaching = (settings: AccountSettings, variant: Variant | undefined): Caching => ({
  isPrivate: false,
  maxAgeSeconds: variant?.options.browserTtlSeconds ?? settings.browserTtlSeconds ?? browserTtl.defaultSeconds,
})

/**
 * What a signature opened is kept by browsers alone and ends with it. A URL that never expires ends with its key, which
 * may be any moment: an hour then.
 */
export const signedCaching = (expiresAt: number | null, nowMs: number): Caching => ({
  isPrivate: true,
  maxAgeSeconds:
    expiresAt === null
      ? browserTtl.leastSeconds
      : Math.min(browserTtl.mostSeconds, Math.floor((expiresAt - nowMs) / 1000)),
})
