import type { Sealer } from '../config/secrets.ts'
import type { Clock } from '../domain/clock.ts'
import type { Database } from '../store/database.ts'
import { listSecretsOfAccount } from '../store/endpoints.ts'
import { openSecret } from './endpoint-seal.ts'

/** What may be known of a secret that signs, without the secret. */
export type SecretFacts = {
  readonly endpointId: string
  readonly createdAt: number
  /** From then on it no longer signs; null = it stays. */
  readonly expiresAt: number | null
  /** False when the master key that sealed it is missing: then it signs nothing. */
  readonly readable: boolean
  /** Other endpoints of the account that are signed for with the same secret. */
  readonly sharedWith: readonly string[]
}

/** The secrets that sign for an account's endpoints, newest first for each; they are compared here and leave it not. */
export const readSecretFacts = async (
  { database, sealer, clock }: { readonly database: Database; readonly sealer: Sealer; readonly clock: Clock },
  accountId: string,
): Promise<readonly SecretFacts[]> => {
  const secrets = (await listSecretsOfAccount(database, accountId, clock.now())).map((stored) => ({
    stored,
    text: openSecret(sealer, stored)?.text,
  }))
  const holders = Map.groupBy(secrets, ({ text }) => text)
  return secrets.map(({ stored: { endpointId, createdAt, expiresAt }, text }) => {
    const others = text === undefined ? [] : (holders.get(text) ?? []).map(({ stored }) => stored.endpointId)
    return {
      endpointId,
      createdAt,
      expiresAt,
      readable: text !== undefined,
      sharedWith: [...new Set(others)].filter((id) => id !== endpointId),
    }
  })
}
