import { expect, onTestFinished, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { migrateDatabase } from '../src/compose/tools.ts'
import { createMasterKey } from '../src/config/secrets.ts'
import { systemRandom } from '../src/domain/random.ts'
import { makePostgresDatabase } from './ground/drivers.ts'
import { startPostgres } from './ground/postgres.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, testAccount } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

const masterKeys = [createMasterKey(systemRandom.bytes(32))]

const startNode = (url: string, roles: readonly ('api' | 'worker')[] = ['api', 'worker'], listen = false) =>
  startServer({
    dataFolder: temporaryFolder(),
    listen,
    config: { database: { kind: 'postgres', url }, masterKeys, roles: new Set(roles) },
  })

test('an image uploaded at one node is announced by another, and every node knows it', async () => {
  const url = await makePostgresDatabase()
  const [first, second, worker] = [
    await startNode(url, ['api']),
    await startNode(url, ['api']),
    await startNode(url, ['worker']),
  ]
  const receiver = await testReceiver()
  const put = await first.call('PUT', '/images/v1/webhooks', { url: receiver.url, secret: 'a secret' })
  expect(put.status).toBe(200)
  const { bytes } = await sampleImage('photo')
  const uploaded = await second.upload(bytes)
  expect(uploaded).toMatchObject({ status: 200, success: true })
  const { text } = await receiver.next()
  expect(JSON.parse(text())).toMatchObject({ event: 'image.uploaded', image: { id: uploaded.result.id } })
  await worker.nextAttempt()
  expect((await first.call('GET', `/images/v1/${uploaded.result.id}`)).result.id).toBe(uploaded.result.id)
  expect((await first.call('GET', '/images/v1/webhooks/deliveries')).result.deliveries).toMatchObject([
    { state: 'succeeded' },
  ])
  expect(receiver.received).toHaveLength(1)
})

test('a worker alone tells its health and its metrics at its port, and nothing else', async () => {
  const url = await makePostgresDatabase()
  const worker = await startNode(url, ['worker'], true)
  const status = async (path: string) => (await fetch(`${worker.url}${path}`)).status
  expect(await status('/health/worker')).toBe(200)
  expect(await (await fetch(`${worker.url}/metrics`)).text()).toContain('imagehooks_in_flight 0')
  for (const path of ['/', '/client/v4/user', `/client/v4/accounts/${testAccount.accountId}/images/v1`, '/inbox'])
    expect(await status(path)).toBeGreaterThanOrEqual(401)
})

test('while the database is away all is answered 503 with the time to come again, and then as before', async () => {
  const postgres = await startPostgres()
  onTestFinished(() => postgres.stop())
  const database = { kind: 'postgres', url: postgres.url() } as const
  await migrateDatabase({ database, dataFolder: '' })
  const node = await startNode(postgres.url())
  await postgres.halt()
  const { bytes } = await sampleImage('photo')
  const [uploaded, listed, ready] = await Promise.all([
    node.upload(bytes),
    node.call('GET', '/images/v1'),
    node.server.fetch(new Request(`${node.url}/health/ready`)),
  ])
  for (const { status, headers } of [uploaded, listed]) {
    expect(status).toBe(503)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  expect(ready.status).toBe(503)
  await postgres.resume()
  expect((await node.upload(bytes)).status).toBe(200)
  const lines = node.log.lines.map(({ message }) => message)
  expect(lines.filter((message) => message.startsWith('The database cannot be reached'))).toHaveLength(1)
  expect(lines.filter((message) => message === 'The database answers again')).toHaveLength(1)
})

test('a node does not change the schema by itself, and says which command does', async () => {
  const url = await makePostgresDatabase({ bare: true })
  await expect(startNode(url)).rejects.toThrow(/run imagehooks migrate with the same --database-url first/)
  const applied = await migrateDatabase({ database: { kind: 'postgres', url }, dataFolder: '' })
  expect(applied[0]).toBe('0001_foundation.sql')
  await startNode(url)
})
