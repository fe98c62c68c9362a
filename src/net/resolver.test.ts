import { describe, expect, it } from 'vitest'
import { createAddressPolicy, loopbackRanges } from './ip-ranges.ts'
import { systemResolver } from './resolver.ts'

describe('systemResolver', () => {
  it('finds localhost, as loopback addresses with their family', async () => {
    const loopback = createAddressPolicy({ allow: loopbackRanges })
    const addresses = await systemResolver('localhost')
    expect(addresses.length).toBeGreaterThan(0)
    for (const { address, family } of addresses) {
      expect(loopback.permits(address)).toBe(true)
      expect(family).toBe(address.includes(':') ? 6 : 4)
    }
  })
})
