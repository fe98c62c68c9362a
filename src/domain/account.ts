/** The tenant: owns images, variants, keys and endpoints. */
export type Account = {
  /** 32 lower-case hex digits; stands in API paths. */
  readonly id: string
  /** 22 characters of base64url; stands in variant URLs. */
  readonly hash: string
  readonly name: string
  readonly createdAt: number
}

/** A bearer secret for the API. The secret itself is shown once and kept only as a digest. */
export type ApiToken = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly createdAt: number
  readonly revokedAt: number | null
}
