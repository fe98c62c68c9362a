/** The tenant: owns images, variants, keys and endpoints. */
export type Account = {
  /** 32 lower-case hex digits; stands in API paths. */
  readonly id: string
  /** 22 characters of base64url; stands in variant URLs. */
  readonly hash: string
  readonly name: string
  readonly createdAt: number
}

/** What an account chose for serving its images. */
export type AccountSettings = {
  /** Whether a variant URL may hold options in the place of a variant. Default false. */
  readonly flexibleVariants: boolean
  /** How long browsers keep an image, in seconds; null = the default of two days. */
  readonly browserTtlSeconds: number | null
}

/** Browsers keep an image from an hour to a year, two days when nothing was chosen; Cloudflare's bounds. */
export const browserTtl = { leastSeconds: 3600, mostSeconds: 31_536_000, defaultSeconds: 172_800 } as const

/** Signs the account's variant URLs. */
export type SigningKey = {
  /** Up to 20 characters. */
  readonly name: string
  /** The text whose UTF-8 bytes are the HMAC key; the API shows it at any time, as Cloudflare's does. */
  readonly value: string
}

/** Cloudflare's two permission groups: `read` looks, `write` may do everything. */
export type Permission = 'read' | 'write'

/** A bearer secret for the API. The secret itself is shown once and kept only as a digest. */
export type ApiToken = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly permission: Permission
  readonly createdAt: number
  /** To the minute; null = never. */
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}
