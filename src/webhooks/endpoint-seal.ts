import type { Sealer } from '../config/secrets.ts'
import type { EndpointSecret } from '../domain/endpoint.ts'
import type { Sealed, StoredEndpoint, StoredSecret } from '../store/endpoints.ts'

/** The bytes of an endpoint's headers as they are stored, bound to its id. */
export const sealHeaders = (sealer: Sealer, endpointId: string, headers: Readonly<Record<string, string>>): Sealed =>
  sealer.seal(Buffer.from(JSON.stringify(headers)), `endpoint-headers:${endpointId}`)

/** An endpoint's headers; undefined when the master key that sealed them is missing. */
export const openHeaders = (sealer: Sealer, stored: StoredEndpoint): Record<string, string> | undefined => {
  const opened = sealer.open(stored.headers, `endpoint-headers:${stored.id}`)
  if (!opened) return undefined
  const value: unknown = JSON.parse(Buffer.from(opened).toString('utf8'))
  if (typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, String(content)]))
}

/** A secret as it is stored, bound to its own id. */
export const sealSecret = (sealer: Sealer, endpointId: string, secret: EndpointSecret): StoredSecret => ({
  id: secret.id,
  endpointId,
  sealed: sealer.seal(Buffer.from(secret.text), `endpoint-secret:${secret.id}`),
  revision: secret.revision,
  createdAt: secret.createdAt,
  expiresAt: secret.expiresAt,
})

/** A secret in the clear; undefined when the master key that sealed it is missing. */
export const openSecret = (sealer: Sealer, stored: StoredSecret): EndpointSecret | undefined => {
  const opened = sealer.open(stored.sealed, `endpoint-secret:${stored.id}`)
  if (!opened) return undefined
  return {
    id: stored.id,
    text: Buffer.from(opened).toString('utf8'),
    revision: stored.revision,
    createdAt: stored.createdAt,
    expiresAt: stored.expiresAt,
  }
}
