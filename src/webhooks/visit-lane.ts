import type { Clock } from '../domain/clock.ts'
import { tiers } from '../domain/delivery.ts'
import { newId } from '../domain/id.ts'
import type { Random } from '../domain/random.ts'
import { announceSuspension } from '../store/announcements.ts'
import type { Database } from '../store/database.ts'
import { cancelPending, hasPending, readPending } from '../store/deliveries.ts'
import { suspendEndpoint } from '../store/endpoints.ts'
import { retireLane } from '../store/lanes.ts'
import type { Log } from '../telemetry/log.ts'
import { applyEndpoint, type Lane } from './owned-lane.ts'
import type { OpenedEndpoints } from './opened-endpoint.ts'

export type VisitParts = {
  readonly database: Database
  readonly openedEndpoints: OpenedEndpoints
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Deliveries canceled in one commit. */
const cancelLimit = 500
/** How long the lane of a removed endpoint is kept, for uploads whose commit was under way when it was removed. */
const retireAfterMs = 5 * 60_000

/** Cancels what waits for an endpoint that was removed; answers true when the lane has done its duty. */
const cancelLane = async ({ database, clock }: VisitParts, lane: Lane): Promise<boolean> => {
  lane.opened = undefined
  lane.queue.drop()
  lane.removedSince ??= clock.monotonic()
  while (await hasPending(database, lane.id)) await database.write([cancelPending(lane.id, clock.now(), cancelLimit)])
  // Where units follow one another no commit can be under way that chose the endpoint before it was removed.
  if (!database.exclusive && clock.monotonic() - lane.removedSince < retireAfterMs) return false
  await database.write([retireLane(lane.id, clock.now())])
  return true
}

/**
 * Looks at a lane: reads its endpoint and fills its window. Answers `retired` when the lane is at its end, and then it is
 * to be forgotten.
 */
export const visitLane = async (parts: VisitParts, lane: Lane): Promise<'kept' | 'retired'> => {
  const { database, openedEndpoints, clock, random, log } = parts
  const opened = await openedEndpoints.load(lane.endpointId)
  if (opened === 'removed') return (await cancelLane(parts, lane)) ? 'retired' : 'kept'
  if (opened === 'unreadable') {
    lane.opened = undefined
    lane.queue.drop()
    if (lane.unreadable) return 'kept'
    lane.unreadable = true
    log.error(
      { endpointId: lane.endpointId },
      'The secrets of this endpoint cannot be opened with the master key; it is suspended.',
    )
    const now = clock.now()
    const reason = 'secret_unreadable'
    await database.write([
      suspendEndpoint(lane.endpointId, reason, now, null),
      announceSuspension({
        id: newId('ann', now, random),
        kind: 'endpoint.suspended',
        endpointId: lane.endpointId,
        count: 1,
        at: now,
        details: { reason },
      }),
    ])
    return 'kept'
  }
  lane.unreadable = false
  applyEndpoint(lane, opened, clock)
  if (!lane.opened) return 'kept'
  for (const tier of tiers) {
    const now = clock.now()
    const plan = lane.queue.plan(tier, now)
    if (!plan) continue
    lane.queue.accept(tier, plan, await readPending(database, lane.id, tier, plan), now)
  }
  return 'kept'
}
