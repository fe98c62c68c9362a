import type { Attempt } from '../domain/delivery.ts'
import type { Clock } from '../domain/clock.ts'
import { listAttempts } from '../store/attempts.ts'
import type { Database } from '../store/database.ts'
import { countPending } from '../store/deliveries.ts'
import { listDeliveries } from '../store/delivery-list.ts'
import { findLaneId } from '../store/endpoints.ts'
import type { Deliveries } from './deliveries.ts'
import type { Endpoints } from './endpoints.ts'
import { explainDelivery, explainEndpoint } from './explain.ts'

/** What happened, why, and what comes next, in one paragraph each. */
export type Explanations = {
  /** @throws AppError `delivery_not_found`. */
  delivery(accountId: string, id: string): Promise<string>
  /** @throws AppError `endpoint_not_found`. */
  endpoint(accountId: string, id: string): Promise<string>
}

export type ExplanationsParts = {
  readonly database: Database
  readonly endpoints: Pick<Endpoints, 'get'>
  readonly deliveries: Pick<Deliveries, 'get'>
  readonly clock: Clock
}

/** Deliveries are counted no further. */
const countLimit = 1000
/** Newest deliveries among which the last attempt is looked for. */
const lookBack = 20

export const createExplanations = ({ database, endpoints, deliveries, clock }: ExplanationsParts): Explanations => {
  const findLastAttempt = async (endpointId: string): Promise<Attempt | undefined> => {
    const { deliveries: newest } = await listDeliveries(database, { endpointId }, {}, { limit: lookBack })
    const attempts = await Promise.all(
      newest
        .filter(({ attemptCount }) => attemptCount > 0)
        .map(({ eventId }) => listAttempts(database, eventId, endpointId)),
    )
    return attempts.flat().toSorted((one, other) => other.startedAt - one.startedAt)[0]
  }

  return {
    delivery: async (accountId, id) => explainDelivery({ ...(await deliveries.get(accountId, id)), now: clock.now() }),
    async endpoint(accountId, id) {
      const endpoint = await endpoints.get(accountId, id)
      const laneId = await findLaneId(database, id)
      const count = laneId === undefined ? 0 : await countPending(database, laneId, countLimit + 1)
      return explainEndpoint({
        endpoint,
        waiting: { count: Math.min(count, countLimit), more: count > countLimit },
        lastAttempt: await findLastAttempt(id),
        now: clock.now(),
      })
    },
  }
}
