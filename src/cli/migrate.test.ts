import { expect, test } from 'vitest'
import { run } from '../../test/ground/command.ts'
import { makePostgresDatabase } from '../../test/ground/drivers.ts'

test('migrate says what it applied, asks for no key, and serve asks for it first', async () => {
  const environment = { IMAGEHOOKS_DATABASE_URL: await makePostgresDatabase({ bare: true }) }
  const key = { IMAGEHOOKS_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') }
  const refused = await run(['serve', '--port', '0'], { environment: { ...environment, ...key } })
  expect(refused).toMatchObject({ code: 1, said: expect.stringMatching(/^error: .* run imagehooks migrate .*\n$/) })
  const first = await run(['migrate'], { environment })
  expect(first).toMatchObject({ code: 0, printed: expect.stringMatching(/^applied 0001_foundation\.sql\n/), said: '' })
  expect(await run(['migrate'], { environment })).toMatchObject({ code: 0, printed: 'The schema is up to date.\n' })
})

test('migrate brings the embedded database up to date too', async () => {
  expect((await run(['migrate'])).printed).toMatch(/^applied 0001_foundation\.sql\n/)
})

test('a server that is not there is told in a sentence', async () => {
  const { code, said } = await run(['migrate', '--database-url', 'postgres:///x?host=/nowhere'])
  expect(code).toBe(1)
  expect(said).toMatch(/error: The database cannot be reached/)
  expect(said).not.toMatch(/^ {4}at /m)
})
