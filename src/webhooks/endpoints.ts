import type { Clock } from '../domain/clock.ts'
import { endpointLimits, type Endpoint } from '../domain/endpoint.ts'
import { AppError } from '../domain/errors.ts'
import { newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import type { Sealer } from '../config/secrets.ts'
import type { Database } from '../store/database.ts'
import { forgetFailures } from '../store/endpoint-health.ts'
import {
  findEndpoint,
  findPrimaryEndpoint,
  insertEndpoint,
  listEndpoints,
  removeEndpoint,
  replaceEndpoint,
  type StoredEndpoint,
} from '../store/endpoints.ts'
import { checkInput, stateAfter, type EndpointInput } from './endpoint-input.ts'
import { requireSecret, type TargetRules } from './endpoint-rules.ts'
import { openHeaders, sealHeaders } from './endpoint-seal.ts'
import { createEndpointSecrets, defaultOverlapSeconds, noSecretChange, type SecretChange } from './endpoint-secrets.ts'

/** An endpoint as it now stands, with the secret where the server made one: it is shown this once. */
export type EndpointChange = { readonly endpoint: Endpoint; readonly madeSecret: string | undefined }

export type Endpoints = {
  /** The guide's PUT: creates or replaces the primary endpoint. `secret` omitted keeps the present one. */
  put(accountId: string, input: EndpointInput & { readonly url: string }): Promise<EndpointChange>
  add(accountId: string, input: EndpointInput & { readonly url: string }): Promise<EndpointChange>
  /** Refuses what `add` and `patch` would refuse of these fields, and stores nothing. */
  check(input: EndpointInput): Promise<void>
  list(accountId: string): Promise<readonly Endpoint[]>
  /** Refuses with `endpoint_not_found`, also for an endpoint of another account. */
  get(accountId: string, id: string): Promise<Endpoint>
  /** The primary endpoint; `endpoint_not_found` when there is none. */
  primary(accountId: string): Promise<Endpoint>
  patch(accountId: string, id: string, input: EndpointInput): Promise<EndpointChange>
  remove(accountId: string, id: string): Promise<void>
  /** Makes `secret`, or a new one, the newest; the others keep signing for `overlapSeconds`. */
  rotate(
    accountId: string,
    id: string,
    rotation: { readonly secret?: string | undefined; readonly overlapSeconds: number },
  ): Promise<EndpointChange>
}

export type EndpointParts = TargetRules & {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly sealer: Sealer
}

/** Changes of one endpoint that meet are tried again against what the other one left. */
const changeTries = 5

export const createEndpoints = (parts: EndpointParts): Endpoints => {
  const { database, clock, random, sealer } = parts
  const secrets = createEndpointSecrets(parts)

  const opened = (stored: StoredEndpoint): Endpoint => ({
    ...stored,
    headers: openHeaders(sealer, stored) ?? {},
  })

  const notFound = (): AppError => new AppError('endpoint_not_found', 'No webhook endpoint has this id.')

  const find = async (accountId: string, id: string): Promise<StoredEndpoint> => {
    const stored = await findEndpoint(database, id)
    if (!stored || stored.accountId !== accountId) throw notFound()
    return stored
  }

  const told = (id: string): void => database.notify({ topic: 'endpoint', ids: [id] })

  const blank = (accountId: string, primary: boolean, now: number): Endpoint => ({
    id: newId('webhook', now, random),
    accountId,
    url: '',
    name: '',
    eventTypes: ['image.uploaded'],
    headers: {},
    primary,
    state: 'active',
    stateReason: null,
    stateSince: now,
    failingSince: null,
    maxConcurrency: null,
    rateLimit: null,
    timeoutSeconds: null,
    ordered: false,
    revision: 1,
    createdAt: now,
    modifiedAt: now,
  })

  const seal = (endpoint: Endpoint): StoredEndpoint => ({
    ...endpoint,
    headers: sealHeaders(sealer, endpoint.id, endpoint.headers),
  })

  /** Undefined when the account got a primary endpoint meanwhile. */
  const insert = async (
    accountId: string,
    primary: boolean,
    input: EndpointInput,
  ): Promise<EndpointChange | undefined> => {
    const present = await listEndpoints(database, accountId)
    if (present.length >= endpointLimits.perAccount)
      throw new AppError('endpoint_limit', `An account has at most ${endpointLimits.perAccount} webhook endpoints.`)
    const now = clock.now()
    const text = input.secret === undefined ? undefined : requireSecret(input.secret)
    const paused = input.active === false
    const endpoint: Endpoint = {
      ...blank(accountId, primary, now),
      ...(await checkInput(input, parts)),
      ...(paused ? { state: 'paused', stateReason: 'paused by hand' } : {}),
    }
    const { unit, made } = secrets.first(endpoint, text, now)
    const outcome = await database.write([...insertEndpoint(seal(endpoint), newId('lane', now, random)), ...unit])
    if (!outcome.committed) return undefined
    told(endpoint.id)
    return { endpoint, madeSecret: made }
  }

  /** A secret that was given takes over with the usual overlap; where none was, the present one stays. */
  const changeTo =
    (secret: string | undefined) =>
    async (endpoint: Endpoint, now: number): Promise<SecretChange> =>
      secret === undefined ? noSecretChange : secrets.replace(endpoint, secret, defaultOverlapSeconds, now)

  /** Reads, changes, writes; once more when another change came between. */
  const change = async (
    read: () => Promise<StoredEndpoint>,
    input: EndpointInput,
    defaults: (endpoint: Endpoint) => Endpoint,
    changeSecret: (endpoint: Endpoint, now: number) => Promise<SecretChange>,
  ): Promise<EndpointChange> => {
    const changes = await checkInput(input, parts)
    for (let tries = 0; tries < changeTries; tries++) {
      const stored = await read()
      if (changes.headers === undefined && !openHeaders(sealer, stored))
        throw new AppError(
          'bad_request',
          'The headers of this endpoint cannot be opened with the master key any more; send headers anew, {} for none.',
          { pointer: '/headers' },
        )
      const before = opened(stored)
      const now = clock.now()
      const state = stateAfter(before, input.active, now)
      const beginsAnew =
        (state.state === 'active' && before.state !== 'active') ||
        (changes.url !== undefined && changes.url !== before.url)
      const endpoint: Endpoint = {
        ...defaults(before),
        ...changes,
        ...state,
        failingSince: beginsAnew ? null : before.failingSince,
        revision: before.revision + 1,
        modifiedAt: now,
      }
      const secret = await changeSecret(endpoint, now)
      const outcome = await database.write([
        ...replaceEndpoint(seal(endpoint)),
        ...(beginsAnew ? [forgetFailures(endpoint.id)] : []),
        ...secret.unit,
      ])
      if (!outcome.committed) continue
      told(endpoint.id)
      return { endpoint, madeSecret: secret.made }
    }
    throw new AppError('unavailable', 'The endpoint is being changed by others at the same time; try again.')
  }

  return {
    async put(accountId, input) {
      const secret = input.secret === undefined ? undefined : requireSecret(input.secret)
      for (let tries = 0; tries < changeTries; tries++) {
        const present = await findPrimaryEndpoint(database, accountId)
        if (present)
          return change(
            async () => (await findPrimaryEndpoint(database, accountId)) ?? find(accountId, present.id),
            { ...input, active: input.active ?? true },
            (before) => ({ ...blank(accountId, true, before.createdAt), id: before.id, stateSince: before.stateSince }),
            changeTo(secret),
          )
        const made = await insert(accountId, true, input)
        if (made) return made
      }
      throw new AppError('unavailable', 'The endpoint is being changed by others at the same time; try again.')
    },
    async add(accountId, input) {
      const made = await insert(accountId, false, input)
      if (!made) throw new AppError('unavailable', 'The endpoint could not be stored; try again.')
      return made
    },
    async check(input) {
      await checkInput(input, parts)
      if (input.secret !== undefined) requireSecret(input.secret)
    },
    list: async (accountId) => (await listEndpoints(database, accountId)).map(opened),
    get: async (accountId, id) => opened(await find(accountId, id)),
    async primary(accountId) {
      const stored = await findPrimaryEndpoint(database, accountId)
      if (!stored) throw notFound()
      return opened(stored)
    },
    patch(accountId, id, input) {
      const secret = input.secret === undefined ? undefined : requireSecret(input.secret)
      return change(
        () => find(accountId, id),
        input,
        (before) => before,
        changeTo(secret),
      )
    },
    async remove(accountId, id) {
      await find(accountId, id)
      const outcome = await database.write([removeEndpoint(id, clock.now())])
      if (!outcome.committed) throw notFound()
      told(id)
    },
    rotate(accountId, id, { secret, overlapSeconds }) {
      const text = secret === undefined ? undefined : requireSecret(secret)
      return change(
        () => find(accountId, id),
        {},
        (before) => before,
        (endpoint, now) => secrets.replace(endpoint, text, overlapSeconds, now),
      )
    },
  }
}
