import { eventTypes } from '@imagehooks/receiver'
import type { Endpoint, EndpointState } from '../domain/endpoint.ts'
import type { Database, Row, Statement, Unit } from './database.ts'
import { insertLane } from './lanes.ts'
import { bytes, flag, number, numberOrNull, text, textOrNull, word } from './row.ts'

/** Bytes that only the holder of the master key `keyId` can read. */
export type Sealed = { readonly keyId: string; readonly bytes: Uint8Array }

/** An endpoint as it is stored: its headers may hold credentials, so they are sealed. */
export type StoredEndpoint = Omit<Endpoint, 'headers'> & { readonly headers: Sealed }

export type StoredSecret = {
  readonly id: string
  readonly endpointId: string
  readonly sealed: Sealed
  /** The revision of the endpoint that brought it: the highest is the newest. */
  readonly revision: number
  readonly createdAt: number
  readonly expiresAt: number | null
}

const states: readonly EndpointState[] = ['active', 'paused', 'suspended']

/** Event types in one column and its health beside it, so that an endpoint is one row to read. */
const selectEndpoint = `select endpoint.*, (select string_agg(type, ',') from endpoint_event_type
  where endpoint_event_type.endpoint_id = endpoint.id) as event_types, (select failing_since from endpoint_health
  where endpoint_health.endpoint_id = endpoint.id) as failing_since from endpoint`

const toEndpoint = (row: Row): StoredEndpoint => {
  const wanted = new Set((textOrNull(row, 'event_types') ?? '').split(','))
  return {
    id: text(row, 'id'),
    accountId: text(row, 'account_id'),
    url: text(row, 'url'),
    name: text(row, 'name'),
    eventTypes: eventTypes.filter((type) => wanted.has(type)),
    headers: { keyId: text(row, 'headers_key_id'), bytes: bytes(row, 'headers_sealed') },
    primary: flag(row, 'is_primary'),
    state: word(row, 'state', states),
    stateReason: textOrNull(row, 'state_reason'),
    stateSince: number(row, 'state_since'),
    failingSince: numberOrNull(row, 'failing_since'),
    maxConcurrency: numberOrNull(row, 'max_concurrency'),
    rateLimit: numberOrNull(row, 'rate_limit'),
    timeoutSeconds: numberOrNull(row, 'timeout_seconds'),
    ordered: flag(row, 'ordered'),
    revision: number(row, 'revision'),
    createdAt: number(row, 'created_at'),
    modifiedAt: number(row, 'modified_at'),
  }
}

const toSecret = (row: Row): StoredSecret => ({
  id: text(row, 'id'),
  endpointId: text(row, 'endpoint_id'),
  sealed: { keyId: text(row, 'key_id'), bytes: bytes(row, 'sealed') },
  revision: number(row, 'revision'),
  createdAt: number(row, 'created_at'),
  expiresAt: numberOrNull(row, 'expires_at'),
})

const eventTypeRows = (endpoint: StoredEndpoint): Unit =>
  endpoint.eventTypes.map((type) => ({
    sql: 'insert into endpoint_event_type (endpoint_id, type) values ($1, $2)',
    parameters: [endpoint.id, type],
    expect: 1,
  }))

/** A new endpoint with its lane. Its conflict means that the account has a primary endpoint already. */
export const insertEndpoint = (endpoint: StoredEndpoint, laneId: string): Unit => [
  {
    sql: `insert into endpoint (id, account_id, url, name, headers_key_id, headers_sealed, is_primary, state, state_reason,
            state_since, max_concurrency, rate_limit, timeout_seconds, ordered, revision, created_at, modified_at, deleted_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, null)`,
    parameters: [
      endpoint.id,
      endpoint.accountId,
      endpoint.url,
      endpoint.name,
      endpoint.headers.keyId,
      endpoint.headers.bytes,
      endpoint.primary ? 1 : 0,
      endpoint.state,
      endpoint.stateReason,
      endpoint.stateSince,
      endpoint.maxConcurrency,
      endpoint.rateLimit,
      endpoint.timeoutSeconds,
      endpoint.ordered ? 1 : 0,
      endpoint.revision,
      endpoint.createdAt,
      endpoint.modifiedAt,
    ],
    expect: 1,
  },
  ...eventTypeRows(endpoint),
  insertLane(laneId, endpoint.id),
]

/** Puts the new endpoint in the place of the one read at `endpoint.revision - 1`; a change between undoes the unit. */
export const replaceEndpoint = (endpoint: StoredEndpoint): Unit => [
  {
    sql: `update endpoint set url = $3, name = $4, headers_key_id = $5, headers_sealed = $6, state = $7, state_reason = $8,
            state_since = $9, max_concurrency = $10, rate_limit = $11, timeout_seconds = $12, ordered = $13,
            revision = $14, modified_at = $15
          where id = $1 and revision = $2 and deleted_at is null`,
    parameters: [
      endpoint.id,
      endpoint.revision - 1,
      endpoint.url,
      endpoint.name,
      endpoint.headers.keyId,
      endpoint.headers.bytes,
      endpoint.state,
      endpoint.stateReason,
      endpoint.stateSince,
      endpoint.maxConcurrency,
      endpoint.rateLimit,
      endpoint.timeoutSeconds,
      endpoint.ordered ? 1 : 0,
      endpoint.revision,
      endpoint.modifiedAt,
    ],
    expect: 1,
  },
  { sql: 'delete from endpoint_event_type where endpoint_id = $1', parameters: [endpoint.id] },
  ...eventTypeRows(endpoint),
]

/**
 * Stops an active endpoint by us, if it still is at that revision (null: at any); one that was changed, paused or removed
 * meanwhile stays as it is.
 */
export const suspendEndpoint = (
  endpointId: string,
  reason: string,
  now: number,
  revision: number | null,
): Statement => ({
  sql: `update endpoint set state = 'suspended', state_reason = $2, state_since = $3, revision = revision + 1
        where id = $1 and state = 'active' and deleted_at is null and revision = coalesce($4, revision)`,
  parameters: [endpointId, reason, now, revision],
})

/** Stops an active endpoint that still is at that revision, if by what is stored it has been failing since before. */
export const suspendFailing = (
  endpointId: string,
  reason: string,
  now: number,
  revision: number,
  failingBefore: number,
): Statement => ({
  sql: `update endpoint set state = 'suspended', state_reason = $2, state_since = $3, revision = revision + 1
        where id = $1 and state = 'active' and deleted_at is null and revision = $4
          and exists (select 1 from endpoint_health
                      where endpoint_health.endpoint_id = $1 and failing_since <= $5)`,
  parameters: [endpointId, reason, now, revision, failingBefore],
})

/** Lets a suspended endpoint go on; one that was paused by hand stays paused. */
export const resumeSuspended = (endpointId: string, now: number): Statement => ({
  sql: `update endpoint set state = 'active', state_reason = null, state_since = $2, revision = revision + 1
        where id = $1 and state = 'suspended' and deleted_at is null`,
  parameters: [endpointId, now],
})

/** Soft: attempts in flight are still recorded, what is pending is canceled by the lane's owner. */
export const removeEndpoint = (endpointId: string, now: number): Statement => ({
  sql: 'update endpoint set deleted_at = $2, revision = revision + 1 where id = $1 and deleted_at is null',
  parameters: [endpointId, now],
  expect: 1,
})

export const insertSecret = (secret: StoredSecret): Statement => ({
  sql: `insert into endpoint_secret (id, endpoint_id, key_id, sealed, revision, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)`,
  parameters: [
    secret.id,
    secret.endpointId,
    secret.sealed.keyId,
    secret.sealed.bytes,
    secret.revision,
    secret.createdAt,
    secret.expiresAt,
  ],
  expect: 1,
})

/** Ends the present secrets of an endpoint at `expiresAt`, or earlier where that was said before. */
export const expireSecrets = (endpointId: string, expiresAt: number): Statement => ({
  sql: `update endpoint_secret set expires_at = $2 where endpoint_id = $1 and (expires_at is null or expires_at > $2)`,
  parameters: [endpointId, expiresAt],
})

/** Ends these secrets at once. */
export const endSecret = (secretId: string, now: number): Statement => ({
  sql: 'update endpoint_secret set expires_at = $2 where id = $1',
  parameters: [secretId, now],
})

/** An endpoint of any account that was not removed. */
export const findEndpoint = async (database: Database, id: string): Promise<StoredEndpoint | undefined> => {
  const [row] = await database.read(`${selectEndpoint} where endpoint.id = $1 and endpoint.deleted_at is null`, [id])
  return row && toEndpoint(row)
}

export const findPrimaryEndpoint = async (
  database: Database,
  accountId: string,
): Promise<StoredEndpoint | undefined> => {
  const [row] = await database.read(
    `${selectEndpoint} where endpoint.account_id = $1 and endpoint.is_primary = 1 and endpoint.deleted_at is null`,
    [accountId],
  )
  return row && toEndpoint(row)
}

/** An account's endpoints, oldest first. */
export const listEndpoints = async (database: Database, accountId: string): Promise<readonly StoredEndpoint[]> =>
  (
    await database.read(
      `${selectEndpoint} where endpoint.account_id = $1 and endpoint.deleted_at is null order by endpoint.id`,
      [accountId],
    )
  ).map(toEndpoint)

/** The secrets that still sign at that instant, newest first. */
export const listSecrets = async (
  database: Database,
  endpointId: string,
  now: number,
): Promise<readonly StoredSecret[]> =>
  (
    await database.read(
      `select * from endpoint_secret where endpoint_id = $1 and (expires_at is null or expires_at > $2)
       order by revision desc, id desc`,
      [endpointId, now],
    )
  ).map(toSecret)

/** The secrets of an account's endpoints that still sign at that instant, newest first for each endpoint. */
export const listSecretsOfAccount = async (
  database: Database,
  accountId: string,
  now: number,
): Promise<readonly StoredSecret[]> =>
  (
    await database.read(
      `select endpoint_secret.* from endpoint join endpoint_secret on endpoint_secret.endpoint_id = endpoint.id
       where endpoint.account_id = $1 and endpoint.deleted_at is null and (expires_at is null or expires_at > $2)
       order by endpoint_secret.endpoint_id, endpoint_secret.revision desc, endpoint_secret.id desc`,
      [accountId, now],
    )
  ).map(toSecret)

/** The lane of an endpoint that was not retired. */
export const findLaneId = async (database: Database, endpointId: string): Promise<string | undefined> => {
  const [row] = await database.read('select id from lane where endpoint_id = $1 and retired_at is null', [endpointId])
  return row && text(row, 'id')
}

/** Whether anything was ever sealed with a master key. */
export const hasSealedRows = async (database: Database): Promise<boolean> =>
  (
    await database.read(
      `select 1 as one where exists (select 1 from endpoint_secret) or exists (select 1 from signing_key)`,
      [],
    )
  ).length > 0
