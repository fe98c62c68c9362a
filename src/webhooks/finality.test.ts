import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import type { Delivery, DeliveryState } from '../domain/delivery.ts'
import { newId } from '../domain/id.ts'
import { systemRandom } from '../domain/random.ts'
import type { Statement } from '../store/database.ts'
import {
  cancelPending,
  countAttempt,
  findDelivery,
  insertDelivery,
  replayDelivery,
  settleDead,
  settleRetry,
  settleSucceeded,
} from '../store/deliveries.ts'

/** All that is ever done to a delivery, by name. */
const moves = ['succeed', 'retry', 'die', 'count', 'cancel', 'replay'] as const
type Move = (typeof moves)[number]

/** Where each move may lead from a state; whatever is not named here leaves the state as it is. */
const allowed: Readonly<Record<DeliveryState, Partial<Record<Move, DeliveryState>>>> = {
  pending: { succeed: 'succeeded', die: 'dead', cancel: 'canceled' },
  // What arrived has arrived, although it was given up meanwhile: the one way out but replay.
  dead: { succeed: 'succeeded', replay: 'pending' },
  succeeded: { replay: 'pending' },
  canceled: {},
}

describeDrivers('the states of a delivery', (driver) => {
  it('are left by replay alone once they are final, whatever comes late, twice or by a stale revision', async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ move: fc.constantFrom(...moves), stale: fc.boolean() }), { minLength: 1, maxLength: 12 }),
        async (steps) => {
          const now = clock.now()
          const first: Delivery = {
            eventId: newId('evt', now, systemRandom),
            endpointId: newId('webhook', now, systemRandom),
            accountId: 'a'.repeat(32),
            laneId: newId('lane', now, systemRandom),
            tier: 0,
            state: 'pending',
            reason: null,
            dueAt: now,
            giveUpAt: now + 1000,
            step: 0,
            attemptCount: 0,
            revision: 1,
            createdAt: now,
            finishedAt: null,
          }
          await database.write([insertDelivery(first)])
          let before = first
          for (const { move, stale } of steps) {
            // A worker may still hold the row as it was in the beginning.
            const held = stale ? first : before
            const next = { dueAt: now, step: 1, attemptCount: 1, reason: 'failed_attempt' } as const
            const statements: Readonly<Record<Move, Statement>> = {
              succeed: settleSucceeded(held, 1, now),
              retry: settleRetry(held, next),
              die: settleDead(held, 1, 'schedule_exhausted', now),
              count: countAttempt(held, before.attemptCount + 1),
              cancel: cancelPending(first.laneId, now, 10),
              replay: replayDelivery(held, now, now + 1000),
            }
            await database.write([statements[move]])
            const after = await findDelivery(database, first.eventId, first.endpointId)
            if (!after) throw new Error('The delivery is gone.')
            expect([before.state, allowed[before.state][move] ?? before.state]).toContain(after.state)
            const reopened = before.state !== 'pending' && after.state === 'pending'
            expect(reopened && move !== 'replay').toBe(false)
            // Without the revision of now, a failure or a replay changes nothing.
            const idle = held.revision !== before.revision && ['retry', 'die', 'replay'].includes(move)
            expect(after).toEqual(idle ? before : after)
            expect(after.revision).toBeGreaterThanOrEqual(before.revision)
            expect(after.finishedAt === null).toBe(after.state === 'pending')
            before = after
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})
