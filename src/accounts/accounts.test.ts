import { expect, test } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { systemRandom } from '../domain/random.ts'
import { listVariants } from '../store/variants.ts'
import { recordingLog } from '../telemetry/log.ts'
import { createAccounts } from './accounts.ts'
import { createTokens } from './tokens.ts'

const id = '023e105f4ecef8ad9ca31a8372d0c353'
const token = 'a-token-of-the-operators-own'

describeDrivers('accounts', (driver) => {
  const open = async () => {
    const database = await driver.open()
    const parts = { database, clock: fakeClock(), random: systemRandom, log: recordingLog() }
    const tokens = createTokens(parts)
    const accountOf = async (value: string) => (await tokens.authenticate(value))?.account
    return { database, accounts: createAccounts(parts), tokens, accountOf }
  }

  test('a new account has Cloudflare’s forms, the public variant and a token that opens it', async () => {
    const { database, accounts, accountOf } = await open()
    const made = await accounts.create({ name: 'Photos' })
    expect(made.account).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      hash: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      name: 'Photos',
    })
    expect(made.token).toMatch(/^ih_[A-Za-z0-9_-]{43}$/)
    expect(await accountOf(made.token)).toEqual(made.account)
    expect(await listVariants(database, made.account.id)).toMatchObject([
      { id: 'public', options: { fit: 'scale-down', width: 1366, height: 768, exifPolicy: 'none' } },
    ])
  })

  test.each(['a\u0000b', 'a\u001b[2Jb', '\ud800'])('a name like %j is refused', async (name) => {
    const { accounts } = await open()
    await expect(accounts.create({ name })).rejects.toMatchObject({ code: 'bad_request' })
    expect(await accounts.list()).toEqual([])
  })

  test('a token is stored as a digest only', async () => {
    const { database, accounts } = await open()
    const made = await accounts.create({ name: '' })
    const rows = await database.read('select * from api_token', [])
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(made.token.slice(3))
  })

  test('an unknown and a revoked token open nothing', async () => {
    const { database, accounts, accountOf } = await open()
    const made = await accounts.create({ name: '' })
    expect(await accountOf(`${made.token}x`)).toBeUndefined()
    await database.write([{ sql: 'update api_token set revoked_at = 1', parameters: [] }])
    expect(await accountOf(made.token)).toBeUndefined()
  })

  test('an id that is malformed or taken is refused', async () => {
    const { accounts } = await open()
    await expect(accounts.create({ name: '', id: 'ABC' })).rejects.toThrow('32 lower-case hex digits')
    await accounts.create({ name: '', id })
    await expect(accounts.create({ name: '', id })).rejects.toMatchObject({ code: 'bad_request', pointer: 'id' })
    expect(await accounts.list()).toHaveLength(1)
  })

  test('ensuring an account and its token twice makes each once', async () => {
    const { accounts, accountOf, tokens } = await open()
    const first = await accounts.ensure({ id, token })
    expect(await accounts.ensure({ id, token })).toEqual(first)
    expect(await accountOf(token)).toEqual(first)
    expect(await tokens.list(id)).toHaveLength(1)
  })

  test('ensuring adds a missing token to an account that is there', async () => {
    const { accounts, accountOf } = await open()
    const made = await accounts.create({ name: 'kept', id })
    expect(await accounts.ensure({ id, token })).toEqual(made.account)
    expect(await accountOf(token)).toEqual(made.account)
    expect(await accountOf(made.token)).toEqual(made.account)
  })

  test('ensuring refuses a token that is another account’s, revoked or malformed, and makes nothing', async () => {
    const { database, accounts } = await open()
    const other = await accounts.create({ name: 'other' })
    await expect(accounts.ensure({ id, token: other.token })).rejects.toMatchObject({ pointer: 'token' })
    expect(await accounts.find(id)).toBeUndefined()
    await expect(accounts.ensure({ id, token: 'with blank space' })).rejects.toMatchObject({ pointer: 'token' })
    await accounts.ensure({ id, token })
    await database.write([{ sql: 'update api_token set revoked_at = 1 where account_id = $1', parameters: [id] }])
    await expect(accounts.ensure({ id, token })).rejects.toMatchObject({ pointer: 'token' })
  })
})
