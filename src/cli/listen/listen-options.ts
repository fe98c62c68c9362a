import { ConfigError } from '../../config/config-error.ts'
import type { ApiOptions } from '../api-options.ts'
import { readDelay, readHeaders } from '../read-flags.ts'
import { readSecretPlace, type VarsFlags, type SecretPlace } from '../vars-file.ts'
import { type BodyFilter, readFilters } from './filter.ts'
import type { ForwardParts } from './forward.ts'
import { readRoutes, type RouteFlags, type Routes } from './routes.ts'

/** The flags of the command, as they were written. */
export type ListenOptions = ApiOptions &
  RouteFlags &
  VarsFlags & {
    readonly filter?: readonly string[]
    readonly since?: string
    readonly replay?: string
    readonly header?: readonly string[]
    readonly fail?: string
    readonly delay?: string
    readonly allowRemote?: boolean
    readonly printSecret?: boolean
    readonly json?: boolean
  }

/** What they mean. */
export type ListenWish = {
  readonly routes: Routes
  readonly filter: BodyFilter
  readonly forwarding: Pick<ForwardParts, 'headers' | 'fail' | 'delayMs'>
  /** How far to go back; undefined to go on. */
  readonly sinceMs: number | undefined
  /** Where the secret stands that it signs with; undefined for one that is kept. */
  readonly secretPlace: SecretPlace | undefined
}

const readFail = (text: string | undefined): ForwardParts['fail'] => {
  if (text === undefined) return undefined
  const [, status, count] = /^([45]\d\d)(?::(\d{1,3}))?$/.exec(text) ?? []
  if (status === undefined) throw new ConfigError('--fail must be a status and how often, such as 500:2.')
  return { status: Number(status), count: Number(count ?? 1) }
}

/** Reads the flags; throws a ConfigError for the first that says nothing. */
export const readListenOptions = (options: ListenOptions): ListenWish => ({
  routes: readRoutes(options),
  filter: readFilters(options.filter),
  forwarding: {
    headers: readHeaders(options.header),
    fail: readFail(options.fail),
    delayMs: options.delay === undefined ? 0 : readDelay('--delay', options.delay),
  },
  sinceMs: options.since === undefined ? undefined : readDelay('--since', options.since),
  secretPlace: readSecretPlace(options),
})
