import { describe, expect, it } from 'vitest'
import { drivers, describeDrivers, type Driver } from '../../test/ground/drivers.ts'
import { fakeClock, type FakeClock } from '../../test/ground/fake-clock.ts'
import type { Database } from '../store/database.ts'
import { insertLane } from '../store/lanes.ts'
import { createLeases, type Leases } from './leases.ts'

const leaseMs = 30_000

const laneIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `lane_${String(index).padStart(4, '0')}`)

const openWithLanes = async (driver: Driver, clock: FakeClock, count: number): Promise<Database> => {
  const database = await driver.open(clock)
  await database.write(laneIds(count).map((id) => insertLane(id, `webhook_${id}`)))
  return database
}

const claimedBy = async (leases: Leases): Promise<string[]> => (await leases.claim()).map(({ id }) => id).toSorted()

describeDrivers('leases', (driver) => {
  it('give a lane to one worker, and to another when the first has been silent for a lease', async () => {
    const clock = fakeClock()
    const database = await openWithLanes(driver, clock, 3)
    const first = createLeases({ database, clock, owner: 'first', leaseMs })
    const second = createLeases({ database, clock, owner: 'second', leaseMs })
    expect(await claimedBy(first)).toEqual(laneIds(3))
    expect(await claimedBy(second)).toEqual([])
    clock.advance(leaseMs + 1)
    expect(first.mayStart('lane_0000')).toBe(false)
    expect(await claimedBy(second)).toEqual(laneIds(3))
    expect(await first.renew()).toEqual({ lost: laneIds(3), found: [] })
  })

  it('go on for as long as they are renewed', async () => {
    const clock = fakeClock()
    const database = await openWithLanes(driver, clock, 2)
    const first = createLeases({ database, clock, owner: 'first', leaseMs })
    const second = createLeases({ database, clock, owner: 'second', leaseMs })
    await first.claim()
    for (let renewals = 0; renewals < 10; renewals++) {
      clock.advance(leaseMs / 3)
      expect(await first.renew()).toEqual({ lost: [], found: [] })
      expect(first.mayStart('lane_0001')).toBe(true)
      expect(await second.claim()).toEqual([])
    }
  })

  it('are timed by the database, however wrong the clock of a worker is', async () => {
    const clock = fakeClock()
    const database = await openWithLanes(driver, clock, 2)
    const onTime = createLeases({ database, clock, owner: 'on time', leaseMs })
    const ahead = fakeClock(clock.now() + 3_600_000)
    const hasty = createLeases({ database, clock: ahead, owner: 'an hour ahead', leaseMs })
    expect(await claimedBy(onTime)).toEqual(laneIds(2))
    expect(await claimedBy(hasty)).toEqual([])
  })

  it('are taken up again when the answer to a claim was lost', async () => {
    const clock = fakeClock()
    const database = await openWithLanes(driver, clock, 2)
    await createLeases({ database, clock, owner: 'forgetful', leaseMs }).claim()
    const again = createLeases({ database, clock, owner: 'forgetful', leaseMs })
    const { found } = await again.renew()
    expect(found.map(({ id }) => id).toSorted()).toEqual(laneIds(2))
    expect(again.mayStart('lane_0000')).toBe(true)
  })

  it('start no attempt in the last tenth, so that none runs beyond them unknowingly', async () => {
    const clock = fakeClock()
    const database = await openWithLanes(driver, clock, 1)
    const leases = createLeases({ database, clock, owner: 'first', leaseMs })
    await leases.claim()
    clock.advance(leaseMs * 0.9 - 1)
    expect(leases.mayStart('lane_0000')).toBe(true)
    clock.advance(1)
    expect(leases.mayStart('lane_0000')).toBe(false)
  })
})

const shared = drivers.filter(({ name }) => name !== 'sqlite')

describe.each(shared)('lanes that $name shares out', (driver) => {
  it('are spread evenly when a worker joins, and taken over when one leaves', async () => {
    const clock = fakeClock()
    const database = await openWithLanes(driver, clock, 10)
    const first = createLeases({ database, clock, owner: 'first', leaseMs })
    const second = createLeases({ database, clock, owner: 'second', leaseMs })
    const owned = await claimedBy(first)
    expect(owned).toHaveLength(10)
    expect(await first.surplus()).toBe(0)
    expect(await second.claim()).toEqual([])
    expect(await first.surplus()).toBe(5)
    for (const id of owned.slice(0, 5)) await first.giveBack(id)
    expect(await claimedBy(second)).toEqual(owned.slice(0, 5))
    expect([await first.surplus(), await second.surplus()]).toEqual([0, 0])
    await first.release()
    expect(await claimedBy(second)).toEqual(owned.slice(5))
  })

  it('are not counted for a worker that has not been seen for a lease', async () => {
    const clock = fakeClock()
    const database = await openWithLanes(driver, clock, 4)
    const dead = createLeases({ database, clock, owner: 'dead', leaseMs })
    const living = createLeases({ database, clock, owner: 'living', leaseMs })
    await dead.claim()
    await living.claim()
    clock.advance(leaseMs + 1)
    await living.renew()
    expect(await claimedBy(living)).toHaveLength(4)
  })
})
