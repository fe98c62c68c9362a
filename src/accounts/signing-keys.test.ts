import { expect, test } from 'vitest'
import { createMasterKey, createSealer } from '../config/secrets.ts'
import { systemRandom } from '../domain/random.ts'
import { describeDrivers, type Driver } from '../../test/ground/drivers.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { insertAccount } from '../store/accounts.ts'
import { hasSealedRows } from '../store/endpoints.ts'
import { createSigningKeys, signingKeyLimits } from './signing-keys.ts'

const open = async (driver: Driver) => {
  const clock = fakeClock()
  const database = await driver.open(clock)
  for (const id of ['a', 'b']) await database.write(insertAccount({ id, hash: id, name: id, createdAt: 1 }))
  const sealer = createSealer([createMasterKey(systemRandom.bytes(32))], systemRandom)
  return { clock, database, keys: createSigningKeys({ database, sealer, clock, random: systemRandom }) }
}

const names = (keys: readonly { readonly name: string }[]): string[] => keys.map(({ name }) => name)

describeDrivers('signing keys', (driver) => {
  test('begin with one named default, which is the same for all who look at once', async () => {
    const { database, keys } = await open(driver)
    expect(await hasSealedRows(database)).toBe(false)
    const lists = await Promise.all(Array.from({ length: 8 }, () => keys.list('a')))
    expect(names(lists[0] ?? [])).toEqual(['default'])
    expect(new Set(lists.map(([key]) => key?.value)).size).toBe(1)
    expect((await keys.list('b'))[0]?.value).not.toBe(lists[0]?.[0]?.value)
    expect(await hasSealedRows(database)).toBe(true)
  })

  test('stay as they are when they are put again, and are stored sealed', async () => {
    const { clock, database, keys } = await open(driver)
    await keys.list('a')
    clock.advance(1)
    const first = await keys.put('a', 'mobile')
    expect(names(first)).toEqual(['default', 'mobile'])
    expect(first.map(({ value }) => value)).toEqual([
      expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    ])
    expect(await keys.put('a', 'mobile')).toEqual(first)
    const rows = await database.read('select sealed from signing_key', [])
    for (const { sealed } of rows)
      expect(first.some(({ value }) => Buffer.from(sealed as Uint8Array).includes(value))).toBe(false)
  })

  test('are followed by a new default when the last one goes', async () => {
    const { keys } = await open(driver)
    const [first] = await keys.list('a')
    const [next, ...more] = await keys.remove('a', 'default')
    expect([next?.name, more]).toEqual(['default', []])
    expect(next?.value).not.toBe(first?.value)
    await keys.put('a', 'mobile')
    expect(names(await keys.remove('a', 'default'))).toEqual(['mobile'])
    expect(names(await keys.remove('a', 'mobile'))).toEqual(['default'])
  })

  test('never run out, however many are removed at once', async () => {
    const { keys } = await open(driver)
    await keys.put('a', 'mobile')
    await Promise.all(['default', 'mobile'].map((name) => keys.remove('a', name)))
    expect(names(await keys.list('a'))).toEqual(['default'])
  })

  test('are refused with a reason', async () => {
    const { keys } = await open(driver)
    await expect(keys.remove('a', 'mobile')).rejects.toMatchObject({ code: 'signing_key_not_found' })
    for (const name of ['', ' ', 'x'.repeat(21), 'a\nb'])
      await expect(keys.put('a', name)).rejects.toMatchObject({ code: 'bad_request', pointer: 'name' })
    expect(names(await keys.put('a', '🔑'.repeat(20)))).toHaveLength(2)
    for (let count = 2; count < signingKeyLimits.perAccount; count++) await keys.put('a', `key ${count}`)
    await expect(keys.put('a', 'one more')).rejects.toMatchObject({ code: 'signing_key_limit' })
    expect(await keys.put('a', 'key 2')).toHaveLength(signingKeyLimits.perAccount)
  })
})
