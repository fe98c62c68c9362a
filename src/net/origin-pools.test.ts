import { describe, expect, it, onTestFinished } from 'vitest'
import type { FakeClock } from '../../test/ground/fake-clock.ts'
import { testResolver } from '../../test/ground/resolver.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import type { OriginPools } from './origin-pools.ts'
import { createOriginPools, mostPools, poolIdleMs } from './origin-pools.ts'

const somewhere = new URL('https://hooks.example/a')

const origin = (index: number): URL => new URL(`https://host-${index}.example/`)

const testPools = (): { pools: OriginPools; clock: FakeClock } => {
  const clock = fakeClock()
  const pools = createOriginPools({ clock, resolver: testResolver().resolve })
  onTestFinished(() => pools.destroy())
  return { pools, clock }
}

describe('createOriginPools', () => {
  it('keeps one pool for each origin and address', () => {
    const { pools } = testPools()
    const pool = pools.at(somewhere, '192.0.2.1')
    expect(pools.at(new URL('https://hooks.example/b?c'), '192.0.2.1')).toBe(pool)
    expect(pools.at(somewhere, '192.0.2.2')).not.toBe(pool)
    expect(pools.at(new URL('https://other.example/a'), '192.0.2.1')).not.toBe(pool)
    expect(pools.at(new URL('https://hooks.example:8443/a'), '192.0.2.1')).not.toBe(pool)
    expect(pools.at(new URL('http://hooks.example/a'), '192.0.2.1')).not.toBe(pool)
  })

  it('puts the addresses that have a pool first', () => {
    const { pools } = testPools()
    const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3']
    expect(pools.ordered(somewhere, addresses)).toEqual(addresses)
    pools.at(somewhere, '192.0.2.2')
    expect(pools.ordered(somewhere, addresses)).toEqual(['192.0.2.2', '192.0.2.1', '192.0.2.3'])
    pools.retire(somewhere, '192.0.2.2')
    expect(pools.ordered(somewhere, addresses)).toEqual(addresses)
  })

  it('closes a pool that was not used for a minute, and keeps one that was', () => {
    const { pools, clock } = testPools()
    const unused = pools.at(somewhere, '192.0.2.1')
    const used = pools.at(somewhere, '192.0.2.2')
    clock.advance(poolIdleMs / 2)
    pools.at(somewhere, '192.0.2.2')
    clock.advance(poolIdleMs / 2)
    expect(pools.at(somewhere, '192.0.2.2')).toBe(used)
    expect(pools.at(somewhere, '192.0.2.1')).not.toBe(unused)
  })

  it('sets no timer while it holds nothing', () => {
    const { pools, clock } = testPools()
    expect(clock.pendingCount()).toBe(0)
    pools.at(somewhere, '192.0.2.1')
    expect(clock.pendingCount()).toBe(1)
    clock.advance(2 * poolIdleMs)
    expect(clock.pendingCount()).toBe(0)
  })

  it('holds a limited number of pools, and lets go of the one not used for longest', () => {
    const { pools, clock } = testPools()
    const first = pools.at(origin(0), '192.0.2.1')
    const second = pools.at(origin(1), '192.0.2.1')
    for (let index = 2; index < mostPools; index++) pools.at(origin(index), '192.0.2.1')
    clock.advance(1)
    expect(pools.at(origin(0), '192.0.2.1')).toBe(first)
    pools.at(origin(mostPools), '192.0.2.1')
    expect(pools.at(origin(0), '192.0.2.1')).toBe(first)
    expect(pools.at(origin(1), '192.0.2.1')).not.toBe(second)
  })
})
