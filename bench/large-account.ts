/** A server on an embedded store that holds 100,000 images and 1,000,000 deliveries of one account. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sampleImage } from '../scripts/sample-images.ts'
import { compose, type Imagehooks } from '../src/compose/compose.ts'
import { buildConfig } from '../src/config/config.ts'
import { systemClock } from '../src/domain/clock.ts'
import { createLog } from '../src/telemetry/log.ts'
import { benchAccount } from './backlog.ts'

export const imageCount = 100_000
export const deliveryCount = 1_000_000

const upTo = (count: number): string =>
  `with recursive counted (n) as (select 1 union all select n + 1 from counted where n < ${count})`

/** Straight into the file, while no server runs: the API would take an hour. The bytes of all images but one are missing. */
const fill = (folder: string, endpointId: string, laneId: string): void => {
  const database = new DatabaseSync(join(folder, 'imagehooks.db'))
  const { accountId } = benchAccount
  const since = systemClock.now() - 86_400_000
  database.exec('begin')
  database
    .prepare(
      `insert into image (account_id, id, state, filename, format, width, height, size_bytes, blob_key, digest, meta,
         creator, require_signed_urls, uploaded_at)
       ${upTo(imageCount)} select ?, printf('image-%06d', n), 'stored', 'photo.jpg', format, width, height, size_bytes,
         printf('%s%012d', substr(blob_key, 1, length(blob_key) - 12), n), digest,
         case n % 1000 when 0 then '{"album":"winter"}' else '{"album":"summer"}' end, 'somebody', 0, ? + n * 500
       from counted, (select * from image limit 1) as uploaded`,
    )
    .run(accountId, since)
  database
    .prepare(
      `insert into image_meta (account_id, image_id, path, value, uploaded_at)
       ${upTo(imageCount)} select ?, printf('image-%06d', n), 'album', case n % 1000 when 0 then '"winter"' else '"summer"' end, ? + n * 500 from counted`,
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
      `insert into event_feed (event_id, account_id, position)
       ${upTo(deliveryCount)} select printf('evt_%026d', n), ?, last_position + n from counted, feed_sequence`,
    )
    .run(accountId)
  database.exec(`update feed_sequence set last_position = last_position + ${deliveryCount}`)
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

export type LargeAccount = {
  readonly server: Imagehooks
  /** Where it listens. */
  readonly url: string
  readonly endpointId: string
  /** The one image whose bytes are there. */
  readonly imageId: string
  /** A delivery in the middle. */
  readonly deliveryId: string
  /** Asks the API, and how long the answer took to be read. */
  ask(
    path: string,
    init?: RequestInit,
  ): Promise<{ ms: number; status: number; result: ReturnType<JSON['parse']>; errors: unknown }>
  stop(): Promise<void>
}

const askerOf =
  (server: Imagehooks): LargeAccount['ask'] =>
  async (path, init = {}) => {
    const request = new Request(`http://localhost/client/v4/accounts/${benchAccount.accountId}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${benchAccount.apiToken}` },
    })
    const startedMs = performance.now()
    const response = await server.fetch(request)
    const { result, errors } = await response.json()
    return { ms: performance.now() - startedMs, status: response.status, result, errors }
  }

/** Fills a store of its own, about half a minute, and starts a server on it. */
export const openLargeAccount = async (): Promise<LargeAccount> => {
  const folder = mkdtempSync(join(tmpdir(), 'imagehooks-pages-'))
  const config = { ...buildConfig('dev', {}, folder), dataFolder: folder, port: 0, bootstrap: benchAccount }
  const open = (): Promise<Imagehooks> => compose(config, { log: createLog({ clock: systemClock, level: 'error' }) })
  const first = await open()
  const { result: endpoint } = await askerOf(first)('/images/v1/webhooks', {
    method: 'PUT',
    body: JSON.stringify({ url: 'https://example.com/hooks' }),
  })
  const form = new FormData()
  const { bytes } = await sampleImage('transparent')
  form.append('file', new File([new Uint8Array(bytes)], 'first.png'))
  const { result: image } = await askerOf(first)('/images/v1', { method: 'POST', body: form })
  await first.stop()
  const probe = new DatabaseSync(join(folder, 'imagehooks.db'))
  const lane = String(probe.prepare('select id from lane').get()?.['id'])
  probe.close()
  fill(folder, endpoint.id, lane)
  const server = await open()
  const { url } = await server.start()
  return {
    server,
    url,
    endpointId: endpoint.id,
    imageId: image.id,
    deliveryId: `dlv_${'500000'.padStart(26, '0')}_${String(endpoint.id).slice('webhook_'.length)}`,
    ask: askerOf(server),
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
