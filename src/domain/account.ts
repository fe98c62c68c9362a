/** The tenant: owns images, variants, keys and endpoints. */
export type Account = {
  /** 32 lower-case hex digits; stands in API paths. */
  readonly id: string
  /** 22 characters of base64url; stands in variant URLs. */
  readonly hash: string
  readonly name: string
  readonly createdAt: number
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
