/**
 * How fast the calls behind the dashboard's pages answer with 100,000 images and 1,000,000 deliveries in the store; each
 * has to be there within a second. `npm run bench:pages`, about a minute; SQLite.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import Table from 'cli-table3'
import { compose, type Imagehooks } from '../src/compose/compose.ts'
import { buildConfig } from '../src/config/config.ts'
import { systemClock } from '../src/domain/clock.ts'
import { createLog } from '../src/telemetry/log.ts'
import { benchAccount } from './backlog.ts'
import { median } from './figures.ts'

const imageCount = 100_000
const deliveryCount = 1_000_000
const limitMs = 1000
const rounds = 5

const upTo = (count: number): string =>
  `with recursive counted (n) as (select 1 union all select n + 1 from counted where n < ${count})`

/** Straight into the file, while no server runs: the API would take an hour. */
const fill = (folder: string, endpointId: string, laneId: string): void => {
  const database = new DatabaseSync(join(folder, 'imagehooks.db'))
  const { accountId } = benchAccount
  const since = systemClock.now() - 86_400_000
  database.exec('begin')
  database
    .prepare(
      `insert into image (account_id, id, state, filename, format, width, height, size_bytes, blob_key, digest, meta,
         creator, require_signed_urls, uploaded_at)
       ${upTo(imageCount)} select ?, printf('image-%06d', n), 'stored', 'photo.jpg', 'jpeg', 800, 600, 100000,
         printf('blob-%06d', n), '', '{"album":"summer"}', 'somebody', 0, ? + n * 500 from counted`,
    )
    .run(accountId, since)
  database
    .prepare(
      `insert into image_meta (account_id, image_id, path, value, uploaded_at)
       ${upTo(imageCount)} select ?, printf('image-%06d', n), 'album', 's:' || case n % 1000 when 0 then 'winter' else 'summer' end, ? + n * 500 from counted`,
    )
    .run(accountId, since)
  database
    .prepare(
      `insert into event (id, account_id, type, image_id, created_at, is_test, body)
       ${upTo(deliveryCount)} select printf('evt_%026d', n), ?, 'image.uploaded', printf('image-%06d', n % ${imageCount}), ? + n, 0, x'7b7d'
       from counted`,
    )
    .run(accountId, since)
  database
    .prepare(
      `insert into delivery (event_id, endpoint_id, account_id, lane_id, tier, state, reason, due_at, give_up_at, step,
         attempt_count, revision, created_at, finished_at)
       ${upTo(deliveryCount)} select printf('evt_%026d', n), ?, ?, ?, 0, case when n % 100 = 0 then 'dead' else 'succeeded' end,
         null, ? + n, ? + n, 0, 1, 1, ? + n, ? + n from counted`,
    )
    .run(endpointId, accountId, laneId, since, since, since, since)
  database.exec('commit')
  database.close()
}

const calls = (endpointId: string, token: string): Readonly<Record<string, string>> => ({
  'overview: statistics': '/images/v1/webhooks/stats?window=30d',
  'overview: deliveries': '/images/v1/webhooks/deliveries?per_page=50',
  'images: first page': '/images/v2?per_page=100',
  'images: middle page': `/images/v2?per_page=100&continuation_token=${token}`,
  'images: by metadata': '/images/v2?per_page=100&meta.album%5Beq%5D=winter',
  'image: detail': '/images/v1/image-050000',
  'image: its deliveries': '/images/v1/webhooks/deliveries?per_page=50&image_id=image-050000',
  'webhooks: list': '/images/v1/webhooks',
  'webhook: statistics': `/images/v1/webhooks/${endpointId}/stats?window=30d`,
  'webhook: deliveries': `/images/v1/webhooks/${endpointId}/deliveries?per_page=50`,
  'webhook: dead ones': `/images/v1/webhooks/${endpointId}/deliveries?per_page=50&state=dead`,
  'delivery: detail': `/images/v1/webhooks/deliveries/dlv_${'500000'.padStart(26, '0')}_${endpointId.slice('webhook_'.length)}`,
  'variants, keys, tokens': '/images/v1/variants',
})

/** An image's deliveries have to be on the first page, however old they are. */
const expected: Readonly<Record<string, number>> = { 'image: its deliveries': deliveryCount / imageCount }

const main = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'imagehooks-pages-'))
  const config = { ...buildConfig('dev', {}, folder), dataFolder: folder, port: 0, bootstrap: benchAccount }
  const open = (): Promise<Imagehooks> => compose(config, { log: createLog({ clock: systemClock, level: 'error' }) })
  const ask = async (server: Imagehooks, path: string, init: RequestInit = {}) => {
    const request = new Request(`http://localhost/client/v4/accounts/${benchAccount.accountId}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${benchAccount.apiToken}` },
    })
    const startedMs = performance.now()
    const response = await server.fetch(request)
    const { result, errors } = await response.json()
    return { ms: performance.now() - startedMs, status: response.status, result, errors }
  }
  try {
    const first = await open()
    const body = JSON.stringify({ url: 'https://example.com/hooks', active: false })
    const { result: endpoint } = await ask(first, '/images/v1/webhooks', {
      method: 'PUT',
      body: body.replace(',"active":false', ''),
    })
    await first.stop()
    const probe = new DatabaseSync(join(folder, 'imagehooks.db'))
    const lane = String(probe.prepare('select id from lane').get()?.['id'])
    probe.close()
    fill(folder, endpoint.id, lane)
    const server = await open()
    try {
      const page = await ask(server, '/images/v2?per_page=10000')
      const table = new Table({
        head: ['call', 'median', 'slowest', 'limit', ''],
        colAligns: ['left', 'right', 'right', 'right', 'left'],
      })
      for (const [name, path] of Object.entries(
        calls(endpoint.id, encodeURIComponent(page.result.continuation_token)),
      )) {
        const times: number[] = []
        for (let round = 0; round < rounds; round++) {
          const { ms, status, errors, result } = await ask(server, path)
          if (expected[name] !== undefined && result.deliveries?.length !== expected[name])
            throw new Error(`${name}: ${result.deliveries?.length} deliveries instead of ${expected[name]}`)
          if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(errors)}`)
          times.push(ms)
        }
        const slowest = Math.max(...times)
        table.push([
          name,
          `${median(times).toFixed(1)} ms`,
          `${slowest.toFixed(1)} ms`,
          `${limitMs} ms`,
          slowest <= limitMs ? 'ok' : 'MISSED',
        ])
      }
      console.log(table.toString())
    } finally {
      await server.stop()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await main()
