import type { Statement } from './database.ts'

/**
 * A failure at that instant: the endpoint is failing since then, if it was not before. Commits may come in another order
 * than the attempts ended, so each statement looks at the instants and not at what was there first.
 */
export const recordFailure = (endpointId: string, at: number): Statement => ({
  sql: `insert into endpoint_health (endpoint_id, failing_since, succeeded_at, warned_at) values ($1, $2, null, null)
        on conflict (endpoint_id) do update set failing_since = excluded.failing_since, warned_at = null
        where endpoint_health.failing_since is null
          and coalesce(endpoint_health.succeeded_at, 0) < excluded.failing_since`,
  parameters: [endpointId, at],
})

/** A success at that instant ends the failing that began before it. */
export const recordSuccess = (endpointId: string, at: number): Statement => ({
  sql: `insert into endpoint_health (endpoint_id, failing_since, succeeded_at, warned_at) values ($1, null, $2, null)
        on conflict (endpoint_id) do update set failing_since = null, warned_at = null, succeeded_at = excluded.succeeded_at
        where coalesce(endpoint_health.failing_since, 0) <= excluded.succeeded_at
          and coalesce(endpoint_health.succeeded_at, 0) < excluded.succeeded_at`,
  parameters: [endpointId, at],
})

/** Lets an endpoint begin anew: it was resumed, or leads elsewhere now. */
export const forgetFailures = (endpointId: string): Statement => ({
  sql: `update endpoint_health set failing_since = null, warned_at = null
        where endpoint_id = $1 and failing_since is not null`,
  parameters: [endpointId],
})

/** Marks that the operator was told of this failing; stands behind the announcement that asks whether it was. */
export const markWarned = (endpointId: string, failingBefore: number, at: number): Statement => ({
  sql: `update endpoint_health set warned_at = $3
        where endpoint_id = $1 and failing_since <= $2 and warned_at is null`,
  parameters: [endpointId, failingBefore, at],
})
