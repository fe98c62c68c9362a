import { expect, test } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { systemRandom } from '../domain/random.ts'
import { recordingLog } from '../telemetry/log.ts'
import { createAccounts } from './accounts.ts'
import { createTokens, tokenLimits } from './tokens.ts'

describeDrivers('API tokens', (driver) => {
  const open = async () => {
    const database = await driver.open()
    const clock = fakeClock()
    const parts = { database, clock, random: systemRandom, log: recordingLog() }
    const { account, token: first } = await createAccounts(parts).create({ name: 'photos' })
    return { tokens: createTokens(parts), clock, account, first }
  }

  test('a token opens its account with its permission until it is revoked', async () => {
    const { tokens, account } = await open()
    const { token, value } = await tokens.create(account.id, { name: 'looks', permission: 'read' })
    expect(await tokens.authenticate(value)).toMatchObject({ account, token: { id: token.id, permission: 'read' } })
    const revoked = await tokens.revoke(account.id, token.id)
    expect(revoked.revokedAt).not.toBeNull()
    expect(await tokens.authenticate(value)).toBeUndefined()
    expect(await tokens.revoke(account.id, token.id)).toEqual(revoked)
  })

  test('when it was last used is kept to the minute', async () => {
    const { tokens, clock, account, first } = await open()
    const lastUsed = async () => (await tokens.list(account.id))[0]?.lastUsedAt
    expect(await lastUsed()).toBeNull()
    const startedAt = clock.now()
    await tokens.authenticate(first)
    clock.advance(59_999)
    await tokens.authenticate(first)
    expect(await lastUsed()).toBe(startedAt)
    clock.advance(1)
    await tokens.authenticate(first)
    expect(await lastUsed()).toBe(startedAt + 60_000)
  })

  test('of two that may write and are revoked at once, one stays', async () => {
    const { tokens, account } = await open()
    await tokens.create(account.id, { name: 'second', permission: 'write' })
    await tokens.create(account.id, { name: 'reader', permission: 'read' })
    const ids = (await tokens.list(account.id)).filter(({ permission }) => permission === 'write').map(({ id }) => id)
    expect(ids).toHaveLength(2)
    const outcomes = await Promise.allSettled(ids.map((id) => tokens.revoke(account.id, id)))
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'bad_request', message: expect.stringContaining('last API token') },
    })
  })

  test('an account has a bounded number of live ones', async () => {
    const { tokens, account } = await open()
    const wish = { name: 'one of many', permission: 'read' } as const
    const made = await Promise.all(
      Array.from({ length: tokenLimits.perAccount - 1 }, () => tokens.create(account.id, wish)),
    )
    await expect(tokens.create(account.id, wish)).rejects.toMatchObject({ code: 'token_limit' })
    await tokens.revoke(account.id, made[0]?.token.id ?? '')
    await expect(tokens.create(account.id, wish)).resolves.toMatchObject({ token: { name: 'one of many' } })
  })

  test.each(['', '  ', 'x'.repeat(101), 'a\u0000b'])('a name like %j is refused', async (name) => {
    const { tokens, account } = await open()
    await expect(tokens.create(account.id, { name, permission: 'read' })).rejects.toMatchObject({ pointer: '/name' })
  })

  test('a token of another account is not found', async () => {
    const { tokens, account } = await open()
    const [token] = await tokens.list(account.id)
    await expect(tokens.revoke('f'.repeat(32), token?.id ?? '')).rejects.toMatchObject({ code: 'token_not_found' })
  })
})
