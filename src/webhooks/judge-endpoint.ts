import type { Attempt } from '../domain/delivery.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import type { SuspensionPolicy } from '../domain/suspension-policy.ts'
import { announceFailing, announceSuspension, type Occurrence } from '../store/announcements.ts'
import type { Unit } from '../store/database.ts'
import { markWarned } from '../store/endpoint-health.ts'
import { suspendEndpoint, suspendFailing } from '../store/endpoints.ts'
import type { Decision } from './decide.ts'
import type { HealthBook } from './health-book.ts'

export type JudgeParts = {
  readonly suspension: SuspensionPolicy
  readonly health: HealthBook
  readonly random: Random
}

/** What an attempt means for its endpoint: statements for the unit that settles it. */
export type Judgement = {
  readonly unit: Unit
  /** Whether one of them suspends the endpoint, unless it was changed meanwhile. */
  readonly suspends: boolean
}

/**
 * Neither counts for the endpoint nor against it: 429 says that it lives and is busy, and a proxy of the operator's that
 * fails says nothing about it.
 */
const isSilent = ({ status, error }: Attempt): boolean =>
  status === 429 || error?.kind === 'proxy_unreachable' || error?.kind === 'proxy_refused'

const outcomeOf = ({ status, error }: Attempt): string =>
  status === null ? (error?.message ?? 'No answer came.') : `It answered ${status}.`

/** Why the receiver itself ends it, as its owner reads it; undefined when it does not, or shall not be able to. */
const farewellOf = ({ onGone }: SuspensionPolicy, { status }: Attempt, decision: Decision): string | undefined => {
  if (decision.kind === 'retry' || !decision.suspendEndpoint) return undefined
  const answered = `answered ${status ?? 'nothing'}`
  if (decision.kind === 'dead' && decision.reason === 'endpoint_gone') return onGone ? answered : undefined
  return `${answered} with webhook-delivery: disable`
}

/**
 * Keeps account of an endpoint's failures after each attempt and, by the policy, announces that it is failing or suspends
 * it. The statements look at what is stored, so that a success settled elsewhere at the same moment wins.
 */
export const judgeEndpoint = (
  { suspension, health, random }: JudgeParts,
  endpoint: Endpoint,
  attempt: Attempt,
  decision: Decision,
  endedAt: number,
): Judgement => {
  const announced = (kind: Occurrence['kind'], details: Occurrence['details']): Occurrence => ({
    id: newId('ann', endedAt, random),
    kind,
    endpointId: endpoint.id,
    count: 1,
    at: endedAt,
    details,
  })
  const { unit, failingSince } = takeDown(health, endpoint, attempt, decision, endedAt)
  const farewell = farewellOf(suspension, attempt, decision)
  if (farewell !== undefined) {
    const suspend = suspendEndpoint(endpoint.id, farewell, endedAt, endpoint.revision)
    return {
      unit: [...unit, suspend, announceSuspension(announced('endpoint.suspended', { reason: farewell }))],
      suspends: true,
    }
  }
  const { afterMs } = suspension
  if (afterMs === null || failingSince === null) return { unit, suspends: false }
  if (endedAt - failingSince >= afterMs) {
    const reason = `only failures since ${new Date(failingSince).toISOString()}; the last: ${outcomeOf(attempt)}`
    return {
      unit: [
        ...unit,
        suspendFailing(endpoint.id, reason, endedAt, endpoint.revision, endedAt - afterMs),
        announceSuspension(announced('endpoint.suspended', { reason, failingSince })),
      ],
      suspends: true,
    }
  }
  const warnsFrom = endedAt - Math.floor(afterMs / 2)
  if (failingSince > warnsFrom || !health.firstWarning(endpoint)) return { unit, suspends: false }
  const details = { reason: outcomeOf(attempt), failingSince, suspendsAt: failingSince + afterMs }
  const warning = announceFailing(announced('endpoint.failing', details), warnsFrom)
  return { unit: [...unit, warning, markWarned(endpoint.id, warnsFrom, endedAt)], suspends: false }
}

const takeDown = (
  health: HealthBook,
  endpoint: Endpoint,
  attempt: Attempt,
  decision: Decision,
  endedAt: number,
): { readonly unit: Unit; readonly failingSince: number | null } => {
  if (isSilent(attempt)) return { unit: [], failingSince: null }
  if (decision.kind !== 'succeeded') return health.failed(endpoint, endedAt)
  return { unit: health.succeeded(endpoint, endedAt), failingSince: null }
}
