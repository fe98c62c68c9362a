import { describe, expect, it } from 'vitest'
import { newId } from './id.ts'
import { systemRandom } from './random.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('the machine’s randomness', () => {
  it('gives as many bytes as asked for, never the same twice, and never changes what it gave', () => {
    const given = Array.from({ length: 5000 }, () => systemRandom.bytes(16))
    const seen = given.map(hex)
    expect(new Set(seen).size).toBe(5000)
    systemRandom.bytes(100_000)
    expect(given.map(hex)).toEqual(seen)
    for (const count of [0, 1, 8191, 8192, 8193, 20_000]) expect(systemRandom.bytes(count)).toHaveLength(count)
  })

  it('uses every value of a byte', () => {
    const values = new Set(Array.from({ length: 2000 }, () => [...systemRandom.bytes(10)]).flat())
    expect(values.size).toBe(256)
  })
})

describe('ids', () => {
  it('sort by time and are told apart by chance', () => {
    const instants = [0, 1, 1_768_473_045_123, 1_768_473_045_124, 8_640_000_000_000_000]
    const ids = instants.map((instant) => newId('evt', instant, systemRandom))
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(Array.from({ length: 10_000 }, () => newId('evt', 1, systemRandom))).size).toBe(10_000)
    for (const id of ids) expect(id).toMatch(/^evt_[0-9a-hjkmnp-tv-z]{26}$/)
  })
})
