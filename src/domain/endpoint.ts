import type { EventType } from '@imagehooks/receiver'

/** `active` sends; `paused` was stopped by hand; `suspended` was stopped by us and says since when and why. */
export type EndpointState = 'active' | 'paused' | 'suspended'

/** A webhook endpoint, without its secrets. */
export type Endpoint = {
  readonly id: string
  readonly accountId: string
  readonly url: string
  readonly name: string
  readonly eventTypes: readonly EventType[]
  /** Sent with every delivery; validated when they were set. */
  readonly headers: Readonly<Record<string, string>>
  /** The one that the guide's PUT creates and replaces. */
  readonly primary: boolean
  readonly state: EndpointState
  readonly stateReason: string | null
  readonly stateSince: number
  /** Since when every attempt failed; null while the last one that says something about the endpoint succeeded. */
  readonly failingSince: number | null
  /** The highest number of attempts at once; null = the engine's own limit. */
  readonly maxConcurrency: number | null
  /** Attempts per second; null = unlimited. */
  readonly rateLimit: number | null
  /** Seconds that one attempt may take; null = the server's setting. */
  readonly timeoutSeconds: number | null
  /** Whether events that are appended from now on go out strictly in the order of the feed, one at a time. */
  readonly ordered: boolean
  /** Goes up with every change. */
  readonly revision: number
  readonly createdAt: number
  readonly modifiedAt: number
}

/** A secret in the clear: only on its way to the signer, never stored, never logged. */
export type EndpointSecret = {
  readonly id: string
  readonly text: string
  /** The revision of the endpoint that brought it. */
  readonly revision: number
  readonly createdAt: number
  /** From then on it no longer signs; null = it stays. */
  readonly expiresAt: number | null
}

export const endpointLimits = {
  perAccount: 100,
  /** Secrets that sign at once while rotating; each adds a signature to every delivery. */
  liveSecrets: 4,
  secretCharacters: 256,
  nameCharacters: 255,
  headerCount: 20,
  headerNameCharacters: 128,
  headerValueCharacters: 1024,
  maxConcurrency: 64,
  rateLimitPerSecond: 10_000,
  timeoutSeconds: 30,
} as const
