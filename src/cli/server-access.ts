/** Which account of which server, and the token that opens it. */
export type ServerAccess = {
  readonly server: string
  readonly accountId: string
  readonly token: string
  /** Who said so, for sentences. */
  readonly serverFrom: string
  readonly tokenFrom: string
}
