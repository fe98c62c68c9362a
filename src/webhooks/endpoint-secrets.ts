import type { Sealer } from '../config/secrets.ts'
import { endpointLimits, type Endpoint, type EndpointSecret } from '../domain/endpoint.ts'
import { newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import type { Database, Unit } from '../store/database.ts'
import { endSecret, expireSecrets, insertSecret, listSecrets } from '../store/endpoints.ts'
import { openSecret, sealSecret } from './endpoint-seal.ts'

/** How long a replaced secret keeps signing; seconds. */
export const defaultOverlapSeconds = 86_400

/** Statements that change an endpoint's secrets, and the secret where the server made one: it is shown this once. */
export type SecretChange = { readonly unit: Unit; readonly made: string | undefined }

export const noSecretChange: SecretChange = { unit: [], made: undefined }

export type EndpointSecretsParts = {
  readonly database: Database
  readonly random: Random
  readonly sealer: Sealer
}

/** The secrets that an endpoint signs with. */
export type EndpointSecrets = {
  /** The first one of a new endpoint: `text`, or one that is made. */
  first(endpoint: Endpoint, text: string | undefined, now: number): SecretChange
  /**
   * Makes `text`, or a new secret, the newest, unless it is that already. The others sign on for the overlap; those that
   * are too many, or cannot be opened any more, end at once.
   */
  replace(endpoint: Endpoint, text: string | undefined, overlapSeconds: number, now: number): Promise<SecretChange>
}

export const createEndpointSecrets = ({ database, random, sealer }: EndpointSecretsParts): EndpointSecrets => {
  const newSecret = (text: string | undefined, revision: number, now: number): EndpointSecret => ({
    id: newId('sec', now, random),
    revision,
    text: text ?? `whsec_${Buffer.from(random.bytes(32)).toString('base64')}`,
    createdAt: now,
    expiresAt: null,
  })

  const first: EndpointSecrets['first'] = (endpoint, text, now) => {
    const secret = newSecret(text, endpoint.revision, now)
    return {
      unit: [insertSecret(sealSecret(sealer, endpoint.id, secret))],
      made: text === undefined ? secret.text : undefined,
    }
  }

  return {
    first,
    async replace(endpoint, text, overlapSeconds, now) {
      const live = await listSecrets(database, endpoint.id, now)
      const opens = live.map((stored) => openSecret(sealer, stored))
      if (text !== undefined && opens[0]?.text === text) return noSecretChange
      const ended = live.filter((_, index) => !opens[index] || index >= endpointLimits.liveSecrets - 1)
      const { unit, made } = first(endpoint, text, now)
      return {
        unit: [
          expireSecrets(endpoint.id, now + overlapSeconds * 1000),
          ...ended.map(({ id }) => endSecret(id, now)),
          ...unit,
        ],
        made,
      }
    },
  }
}
