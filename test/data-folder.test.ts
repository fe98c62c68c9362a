import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMasterKey } from '../src/config/secrets.ts'
import { run } from './ground/command.ts'
import { makePostgresDatabase } from './ground/drivers.ts'
import { startServer } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

test('a server on PostgreSQL makes its data folder too', async () => {
  const dataFolder = join(temporaryFolder(), 'a/b')
  await startServer({
    dataFolder,
    mode: 'serve',
    config: {
      database: { kind: 'postgres', url: await makePostgresDatabase() },
      masterKeys: [createMasterKey(new Uint8Array(32))],
    },
  })
  expect(readdirSync(dataFolder)).toContain('blobs')
})

test('accounts on PostgreSQL are made and listed without a master key, and nothing is made in the folder', async () => {
  const folder = temporaryFolder()
  const environment = { IMAGEHOOKS_DATABASE_URL: await makePostgresDatabase() }
  const made = JSON.parse((await run(['accounts', 'create', '--json'], { folder, environment })).printed)
  const listed = JSON.parse((await run(['accounts', 'list', '--json'], { folder, environment })).printed)
  expect(listed).toMatchObject([{ id: made.id }])
  expect(readdirSync(folder)).toEqual([])
})
