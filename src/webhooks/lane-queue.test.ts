import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import type { Delivery, Tier } from '../domain/delivery.ts'
import { createLaneQueue, type LaneQueue } from './lane-queue.ts'

const delivery = (eventId: string, tier: Tier, dueAt: number): Delivery => ({
  eventId,
  endpointId: 'webhook_1',
  accountId: 'account',
  laneId: 'lane_1',
  tier,
  state: 'pending',
  reason: null,
  dueAt,
  giveUpAt: dueAt + 86_400_000,
  step: 0,
  attemptCount: 0,
  revision: 1,
  createdAt: dueAt,
  finishedAt: null,
})

/** Runs the planned read of a tier against rows, as the store would answer it. */
const read = (queue: LaneQueue, tier: Tier, rows: readonly Delivery[], now: number): number => {
  const plan = queue.plan(tier, now)
  if (!plan) return 0
  const answer = rows
    .filter((row) => row.tier === tier && row.dueAt >= plan.dueFrom)
    .toSorted((left, right) => left.dueAt - right.dueAt || (left.eventId < right.eventId ? -1 : 1))
    .slice(0, plan.limit)
  queue.accept(tier, plan, answer, now)
  return answer.length
}

const takeAll = (queue: LaneQueue): string[] => {
  const taken: string[] = []
  for (let next = queue.take(); next; next = queue.take()) taken.push(next.eventId)
  return taken
}

describe('the queue of a lane', () => {
  it('reads what was dropped anew, however long it has been due', () => {
    const clock = fakeClock()
    const queue = createLaneQueue(clock)
    const rows = [delivery('evt_1', 2, clock.now() - 600_000), delivery('evt_2', 0, clock.now() - 600_000)]
    for (const tier of [0, 2] as const) read(queue, tier, rows, clock.now())
    queue.drop([2])
    expect([queue.waitingCount(), queue.plan(0, clock.now())]).toEqual([1, undefined])
    read(queue, 2, rows, clock.now())
    expect(takeAll(queue)).toEqual(['evt_2', 'evt_1'])
  })

  it('gives each delivery once, however often its row is read', () => {
    const clock = fakeClock()
    const queue = createLaneQueue(clock)
    const rows = [delivery('evt_1', 0, clock.now() - 2), delivery('evt_2', 0, clock.now() - 1)]
    read(queue, 0, rows, clock.now())
    expect(takeAll(queue)).toEqual(['evt_1', 'evt_2'])
    queue.stale()
    read(queue, 0, rows, clock.now())
    expect(takeAll(queue)).toEqual([])
    queue.release('evt_1')
    queue.stale()
    read(queue, 0, rows, clock.now())
    expect(takeAll(queue)).toEqual(['evt_1'])
  })

  it('does not take up again what was released while a read was under way that saw it before', () => {
    const clock = fakeClock()
    const queue = createLaneQueue(clock)
    const now = clock.now()
    const rows = [delivery('evt_1', 0, now - 2), delivery('evt_2', 0, now - 1)]
    read(queue, 0, rows, now)
    expect(takeAll(queue)).toEqual(['evt_1', 'evt_2'])
    queue.stale()
    const plan = queue.plan(0, now)
    if (!plan) throw new Error('A read was expected to be planned.')
    queue.release('evt_1')
    queue.release('evt_2', { tier: 1, dueAt: now })
    queue.stale([0])
    queue.accept(0, plan, rows, now)
    expect(takeAll(queue)).toEqual([])
    expect(queue.nextDueAt()).toBe(now)
    // What was said while the read was under way asks for another one, which shows the rows as they are now.
    expect(read(queue, 0, [delivery('evt_3', 0, now)], now)).toBe(1)
    expect(takeAll(queue)).toEqual(['evt_3'])
  })

  it('takes nothing before it is due, and knows when that is', () => {
    const clock = fakeClock()
    const queue = createLaneQueue(clock)
    const rows = [delivery('evt_1', 1, clock.now() + 60_000)]
    read(queue, 1, rows, clock.now())
    expect(queue.take()).toBeUndefined()
    expect(queue.nextDueAt()).toBe(clock.now() + 60_000)
    expect(queue.wantsRead(clock.now())).toBe(true) // the other tiers were never read
    read(queue, 0, rows, clock.now())
    read(queue, 2, rows, clock.now())
    read(queue, 3, rows, clock.now())
    expect(queue.wantsRead(clock.now())).toBe(false)
    clock.advance(60_000)
    expect(queue.wantsRead(clock.now())).toBe(true)
    read(queue, 1, rows, clock.now())
    expect(takeAll(queue)).toEqual(['evt_1'])
  })

  it('holds a bounded window of any backlog and drains all of it', () => {
    const clock = fakeClock()
    const queue = createLaneQueue(clock)
    let rows = Array.from({ length: 10_000 }, (_, index) =>
      delivery(`evt_${String(index).padStart(5, '0')}`, 0, clock.now() - 10_000 + index),
    )
    const delivered: string[] = []
    for (let turns = 0; rows.length > 0 && turns < 1000; turns++) {
      const count = read(queue, 0, rows, clock.now())
      expect(count).toBeLessThanOrEqual(256)
      expect(queue.waitingCount()).toBeLessThanOrEqual(256)
      const taken = new Set(takeAll(queue))
      for (const eventId of taken) queue.release(eventId)
      delivered.push(...taken)
      rows = rows.filter((row) => !taken.has(row.eventId))
    }
    expect(delivered).toHaveLength(10_000)
    expect(delivered).toEqual(delivered.toSorted())
  })

  it('keeps first attempts flowing beside any number of retries and replays, and starves none', () => {
    const clock = fakeClock()
    const queue = createLaneQueue(clock)
    const rows = ([0, 1, 2] as const).flatMap((tier) =>
      Array.from({ length: 100 }, (_, index) => delivery(`evt_${tier}_${index}`, tier, clock.now() - 1000)),
    )
    for (const tier of [0, 1, 2] as const) read(queue, tier, rows, clock.now())
    const first70 = takeAll(queue).slice(0, 70)
    const count = (tier: Tier): number => first70.filter((eventId) => eventId.startsWith(`evt_${tier}_`)).length
    expect([count(0), count(1), count(2)]).toEqual([40, 20, 10])
  })

  it('finds a row whose transaction was slow to commit, at the latest by the full read', () => {
    const clock = fakeClock()
    const queue = createLaneQueue(clock)
    const early = delivery('evt_1', 0, clock.now() - 90_000)
    const later = delivery('evt_2', 0, clock.now())
    read(queue, 0, [later], clock.now())
    expect(takeAll(queue)).toEqual(['evt_2'])
    queue.stale()
    read(queue, 0, [early, later], clock.now())
    expect(takeAll(queue)).toEqual([])
    clock.advance(30_000)
    queue.stale()
    read(queue, 0, [early, later], clock.now())
    expect(takeAll(queue)).toEqual(['evt_1'])
  })

  it('forgets what waits when the endpoint stops, but not what is in flight', () => {
    const clock = fakeClock()
    const queue = createLaneQueue(clock)
    const rows = [delivery('evt_1', 0, clock.now() - 2), delivery('evt_2', 0, clock.now() - 1)]
    read(queue, 0, rows, clock.now())
    expect(queue.take()?.eventId).toBe('evt_1')
    queue.drop()
    expect([queue.isTaken('evt_1'), queue.heldCount(), queue.waitingCount()]).toEqual([true, 1, 0])
    read(queue, 0, rows, clock.now())
    expect(takeAll(queue)).toEqual(['evt_2'])
  })

  it('holds one ordered delivery at a time, reads the next when that is settled, and stops reading when none is left', () => {
    const clock = fakeClock()
    const queue = createLaneQueue(clock)
    for (const tier of [0, 1, 2] as const) read(queue, tier, [], clock.now())
    const rows = [delivery('evt_1', 3, clock.now() - 9), delivery('evt_2', 3, clock.now() - 5)]
    queue.keepOrder(true)
    expect(read(queue, 3, rows, clock.now())).toBe(1)
    queue.stale([3])
    expect(queue.wantsRead(clock.now())).toBe(false)
    expect(takeAll(queue)).toEqual(['evt_1'])
    expect(queue.wantsRead(clock.now())).toBe(false)
    queue.release('evt_1', { tier: 3, dueAt: clock.now() + 1000 })
    queue.stale([0])
    expect(queue.plan(3, clock.now())).toEqual({ dueFrom: 0, limit: 1 })
    queue.accept(3, { dueFrom: 0, limit: 1 }, [delivery('evt_1', 3, clock.now() + 1000)], clock.now())
    expect([takeAll(queue), queue.nextDueAt()]).toEqual([[], clock.now() + 1000])
    clock.advance(1000)
    read(queue, 3, rows, clock.now())
    expect(takeAll(queue)).toEqual(['evt_1'])
    queue.release('evt_1')
    read(queue, 3, rows.slice(1), clock.now())
    expect(takeAll(queue)).toEqual(['evt_2'])
    queue.release('evt_2')
    queue.keepOrder(false)
    read(queue, 3, [], clock.now())
    queue.stale([3])
    expect(queue.plan(3, clock.now())).toBeUndefined()
    queue.stale()
    expect(queue.plan(3, clock.now())).toBeDefined()
  })
})
