import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StatementSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { apiPlaces, type ApiCallName } from '../src/client/api-types.ts'
import type { Config } from '../src/config/config.ts'
import { createMasterKey } from '../src/config/secrets.ts'
import { systemRandom } from '../src/domain/random.ts'
import { drivers, makePostgresDatabase } from './ground/drivers.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, testAccount, type TestServer } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

/** Something that is there, for each kind of id in an address. */
type Ids = Readonly<Record<'id' | 'delivery' | 'replay' | 'image_id' | 'variant_id' | 'key_name' | 'token_id', string>>

/** What one call is given: a query or a body; several where it asks the database in several ways. */
type Given = { readonly query?: string; readonly body?: object | FormData }

const since = '2026-01-01T00:00:00Z'
const form = (parts: Readonly<Record<string, string>>): FormData => {
  const data = new FormData()
  for (const [name, value] of Object.entries(parts)) data.append(name, value)
  return data
}
const deliveryFilters = ['', 'state=dead', 'event=image.deleted', `since=${since}`, 'per_page=1'].map((query) => ({
  query,
}))
const windows = ['1h', '24h', '7d', '30d'].map((window) => ({ query: `window=${window}` }))

/** Every call that the dashboard makes, in an order in which they succeed. */
const calls: Partial<Record<ApiCallName, readonly Given[]>> = {
  getImagesV1WebhooksStats: windows,
  getImagesV1Stats: [{}],
  getImagesV1Webhooks: [{}],
  getImagesV1WebhooksDeliveries: [...deliveryFilters, { query: 'image_id=kept' }],
  getImagesV2: [
    { query: 'per_page=1' },
    { query: 'per_page=1&creator=ann' },
    { query: 'per_page=1&meta.album%5Beq%5D=summer' },
  ],
  getImagesV1ImageId: [{}],
  getImagesV1ImageIdBlob: [{}],
  patchImagesV1ImageId: [{ body: { metadata: { album: 'winter' }, creator: 'bob' } }],
  postImagesV2DirectUpload: [{ body: form({ metadata: '{}' }) }],
  getImagesV1Variants: [{}],
  postImagesV1Variants: [{ body: { id: 'more', options: { fit: 'cover', width: 10, height: 10 } } }],
  patchImagesV1VariantsVariantId: [{ body: { options: { fit: 'pad', width: 10, height: 10 } } }],
  deleteImagesV1VariantsVariantId: [{}],
  putImagesV1KeysKeyName: [{}],
  getImagesV1Keys: [{}],
  deleteImagesV1KeysKeyName: [{}],
  getTokens: [{}],
  postTokens: [{ body: { name: 'more' } }],
  deleteTokensTokenId: [{}],
  getImagesV1WebhooksEvents: [{ query: 'after=latest' }, { query: 'limit=1' }, { query: 'image_id=kept' }],
  postImagesV1WebhooksCheck: [{ body: { url: 'https://example.com/' } }],
  postImagesV1Webhooks: [{ body: { url: 'http://127.0.0.1:9/' } }],
  getImagesV1WebhooksId: [{}],
  getImagesV1WebhooksIdStats: windows,
  getImagesV1WebhooksIdExplain: [{}],
  getImagesV1WebhooksIdDeliveries: deliveryFilters,
  getImagesV1WebhooksDeliveriesId: [{}],
  postImagesV1WebhooksDeliveriesIdSign: [{}],
  postImagesV1WebhooksDeliveriesIdReplay: [{}],
  // The one that runs; a second one may not run beside it.
  deleteImagesV1WebhooksReplaysId: [{}],
  postImagesV1WebhooksIdReplay: [
    { body: { since, dry_run: true } },
    { body: { since, dry_run: true, state: 'succeeded' } },
    { body: { since, dry_run: true, missing: true } },
    { body: { since } },
  ],
  getImagesV1WebhooksIdReplays: [{}],
  postImagesV1WebhooksIdTest: [{ body: {} }],
  postImagesV1WebhooksIdSecret: [{ body: {} }],
  patchImagesV1WebhooksId: [{ body: { active: false } }, { body: { active: true } }],
  postImagesV1: [{ body: form({}) }],
  deleteImagesV1ImageId: [{}],
  deleteImagesV1WebhooksId: [{}],
}

const sources = fileURLToPath(new URL('../dashboard/src/', import.meta.url))

test('the calls below are those that the dashboard makes', () => {
  const texts = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(sources, name), 'utf8'))
    .join('\n')
  const made = Object.keys(apiPlaces).filter((name) => new RegExp(`(api\\(\\s*'|apiPlaces\\.)${name}\\b`).test(texts))
  // The form of an upload is asked for by its addresses.
  const byAddress = ['postImagesV1']
  expect([...made, ...byAddress].toSorted()).toEqual(Object.keys(calls).toSorted())
})

const webhooks = '/images/v1/webhooks'

/** Two servers one after the other: one that works, so that something has happened, and one that only answers calls. */
const startAnswering = async (config: Partial<Config>): Promise<{ server: TestServer; ids: Ids }> => {
  const dataFolder = temporaryFolder()
  const working = await startServer({ dataFolder, config })
  const receiver = await testReceiver({ respond: () => answer(410, '') })
  const { bytes } = await sampleImage('drawing')
  const { result: endpoint } = await working.call('POST', webhooks, { url: receiver.url })
  await working.upload(bytes, 'kept.svg', { id: 'kept', creator: 'ann', metadata: '{"album":"summer"}' })
  await working.upload(bytes, 'another.svg', { creator: 'ann', metadata: '{"album":"summer"}' })
  await working.nextAttempt()
  const { deliveries } = (await working.call('GET', `${webhooks}/deliveries?state=dead`)).result
  await working.stop()
  const server = await startServer({ dataFolder, config: { ...config, roles: new Set(['api'] as const) } })
  const { result: replay } = await server.call('POST', `${webhooks}/${endpoint.id}/replay`, {
    since,
    state: 'succeeded',
  })
  const { result: token } = await server.call('POST', '/tokens', { name: 'spare' })
  await server.call('POST', '/images/v2/direct_upload', form({}))
  await server.call('PUT', '/images/v1/keys/first')
  await server.server.sessions.signIn(testAccount.apiToken)
  const ids = {
    id: endpoint.id,
    delivery: deliveries[0].id,
    replay: replay.id,
    image_id: 'kept',
    variant_id: 'more',
    key_name: 'spare',
    token_id: token.id,
  }
  return { server, ids }
}

const addressOf = (name: ApiCallName, ids: Ids, query = ''): readonly [method: string, address: string] => {
  const [method, place] = apiPlaces[name]
  const own = place.includes('/deliveries/') ? ids.delivery : place.includes('/replays/') ? ids.replay : ids.id
  const filled = place.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
    key === 'id' ? own : String(Object.entries(ids).find(([known]) => known === key)?.[1]),
  )
  return [method, query === '' ? filled : `${filled}?${query}`]
}

/** Makes every call once, as the dashboard does, by a session; each has to succeed. */
const makeAll = async (server: TestServer, ids: Ids): Promise<void> => {
  const { value } = (await server.server.sessions.signIn(testAccount.apiToken)) ?? { value: '' }
  const { bytes } = await sampleImage('drawing')
  calls.postImagesV1?.forEach(
    ({ body }) => body instanceof FormData && body.set('file', new File([new Uint8Array(bytes)], 'x.svg')),
  )
  const ask = async (method: string, address: string, body?: object | FormData): Promise<void> => {
    const response = await server.server.fetch(
      new Request(`${server.url}/client/v4/accounts/${testAccount.accountId}${address}`, {
        method,
        headers: {
          cookie: `imagehooks_session=${value}`,
          origin: server.url,
          ...(body && !(body instanceof FormData) && { 'content-type': 'application/json' }),
        },
        ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    expect([method, address, response.status, response.status === 200 ? '' : text]).toEqual([method, address, 200, ''])
    const token = /"continuation_token":"([^"]+)"/.exec(text)?.[1]
    // The second page is read from where the first one ended.
    if (token !== undefined && !address.includes('continuation_token'))
      await ask(method, `${address}${address.includes('?') ? '&' : '?'}continuation_token=${encodeURIComponent(token)}`)
  }
  for (const [name, givens] of Object.entries(calls))
    for (const { query, body } of givens) {
      const [method, address] = addressOf(name as ApiCallName, ids, query)
      await ask(method, address, body)
    }
}

/** Tables with a row for each process, for each endpoint that has work, for each person signed in, or one in all. */
const small = ['session', 'lane', 'worker', 'feed_sequence', 'upload_tally_cursor', 'upkeep_turn', 'feed_retention']

/** Indexes that hold only what waits for something: what is in them is gone through whole, and never much. */
const waiting = ['event_feed_waiting', 'delivery_unplaced', 'replay_running']

/** What statements call a part of theirs that has a `limit`, or a row for each endpoint of the account. */
const bounded = ['page', 'live', 'numbered', 'first_in_order']

/** Of what there are few, and may be sorted: an image's events, an account's keys, an endpoint's secrets, a delivery's attempts. */
const few = ['where event.image_id =', 'from signing_key', 'from endpoint_secret', 'from attempt where event_id =']

const asksTables = (sql: string): boolean => /\b(?:from|into|update|join)\b/i.test(sql)

test('on SQLite nothing that the dashboard asks for goes through a table, or sorts one', async () => {
  const { server, ids } = await startAnswering({})
  const spies = (['all', 'run', 'get'] as const).map((method) => vi.spyOn(StatementSync.prototype, method))
  onTestFinished(() => void vi.restoreAllMocks())
  await makeAll(server, ids)
  const asked = new Set(spies.flatMap((spy) => spy.mock.contexts.map((statement) => Object(statement).sourceSQL)))
  vi.restoreAllMocks()
  const statements = [...asked].filter(asksTables)
  const database = await drivers.find(({ name }) => name === 'sqlite')?.open()
  const scans: string[] = []
  for (const sql of statements) {
    const parameters = Array.from({ length: new Set(sql.match(/\?\d+/g)).size }, () => null)
    const plan = ((await database?.read(`explain query plan ${sql}`, parameters)) ?? []).map(({ detail }) =>
      String(detail),
    )
    for (const detail of plan) {
      const [, table, index = ''] = /^SCAN (?!CONSTANT ROW|\()(\w+)(?: USING INDEX (\w+))?/.exec(detail) ?? []
      const isMeant = [...small, ...bounded].includes(table ?? '') || waiting.includes(index)
      const isSorted = detail.includes('TEMP B-TREE') && !few.some((part) => sql.includes(part))
      if ((table !== undefined && !isMeant) || isSorted) scans.push(`${detail}: ${sql}`)
    }
  }
  expect(scans).toEqual([])
  expect(statements.length).toBeGreaterThan(60)
})

/** How many rows stand in each large table, nearly all of them of the account and the endpoint that are asked for. */
const rowCount = 8000
/** No statement may look at more: a page of deliveries that a filter leaves little of, and some. */
const mostRows = 3000

const eventId = `'evt_' || lpad(n::text, 26, '0')`
/** What tells a copied row from the others, as an expression of its number `n`. */
const copies: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  image: { id: `'image-' || n`, blob_key: `'blob-' || n`, uploaded_at: 'n' },
  image_meta: { image_id: `'image-' || n`, uploaded_at: 'n' },
  event: { id: eventId, image_id: `'image-' || n` },
  event_feed: { event_id: eventId, position: 'n + 1000000' },
  delivery: { event_id: eventId },
  attempt: { id: `'att_' || n`, event_id: eventId },
  tally_part: { bucket_at: 'n * span_ms' },
  upload_tally: { bucket_at: 'n * span_ms' },
  account: { id: `'account-' || n`, hash: `'hash-' || n` },
  endpoint: { id: `'webhook_' || n`, account_id: `'account-' || n` },
  endpoint_event_type: { endpoint_id: `'webhook_' || n` },
  endpoint_health: { endpoint_id: `'webhook_' || n` },
  endpoint_secret: { id: `'sec_' || n`, endpoint_id: `'webhook_' || n` },
  replay: { id: `'replay_' || n`, endpoint_id: `'webhook_' || n`, account_id: `'account-' || n` },
  api_token: { id: `'token-' || n`, digest: `'digest-' || n`, account_id: `'account-' || n` },
  session: { digest: `'digest-' || n`, token_id: `'token-' || n` },
  signing_key: { name: `'key-' || n`, account_id: `'account-' || n` },
  variant: { id: `'variant-' || n`, account_id: `'account-' || n` },
  direct_upload: { image_id: `'image-' || n`, account_id: `'account-' || n` },
}

/** Copies one row of each table many times. */
const enlarge = async (client: Client): Promise<void> => {
  // Uploads are counted every ten seconds, and a direct upload that was used is gone.
  await client.query(`insert into upload_tally values ('one', 60000, 0, 1) on conflict do nothing`)
  for (const [table, own] of Object.entries(copies)) {
    const { rows } = await client.query(
      'select column_name as name from information_schema.columns where table_schema = current_schema and table_name = $1',
      [table],
    )
    const names = rows.map(({ name }) => String(name))
    const { rowCount: made } = await client.query(
      `insert into ${table} (${names.join(', ')}) select ${names.map((name) => own[name] ?? name).join(', ')}
       from (select * from ${table} limit 1) as one, generate_series(1, ${rowCount}) as n`,
    )
    expect([table, made]).toEqual([table, rowCount])
  }
  await client.query('analyze')
}

type PlanNode = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

/** How many rows each part of a plan that ran looked at, where it was more than may be. */
const excessOf = (node: PlanNode): string[] => {
  const looked = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
  const own = looked > mostRows ? [`${node['Node Type']} ${node['Relation Name'] ?? ''}: ${looked} rows`] : []
  return [...own, ...(node.Plans ?? []).flatMap(excessOf)]
}

/** A statement as it was sent, with what stood in it. */
type Asked = { readonly text: string; readonly values: readonly unknown[] }

const isAsked = (given: unknown): given is Asked =>
  typeof given === 'object' && given !== null && 'text' in given && 'values' in given

/** Runs it once more, and answers what it looked at; undefined where it adds what is there by now. */
const runAgain = async (client: Client, { text, values }: Asked): Promise<PlanNode | undefined> => {
  await client.query('begin')
  try {
    const { rows } = await client.query(`explain (analyze, timing off, format json) ${text}`, [...values])
    return rows[0]['QUERY PLAN'][0].Plan
  } catch (error) {
    if (Object(error).code !== '23505') throw error
    return undefined
  } finally {
    await client.query('rollback')
  }
}

test('on PostgreSQL nothing that the dashboard asks for looks at more than a page, however much there is', async () => {
  const url = await makePostgresDatabase()
  const { server, ids } = await startAnswering({
    database: { kind: 'postgres', url },
    masterKeys: [createMasterKey(systemRandom.bytes(32))],
  })
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  await enlarge(client)
  const spy = vi.spyOn(Client.prototype, 'query')
  onTestFinished(() => void vi.restoreAllMocks())
  await makeAll(server, ids)
  const asked = spy.mock.calls.flatMap(([given]) => (isAsked(given) && asksTables(given.text) ? [given] : []))
  vi.restoreAllMocks()
  const excess: string[] = []
  for (const statement of asked) {
    const plan = await runAgain(client, statement)
    if (plan) excess.push(...excessOf(plan).map((part) => `${part}: ${statement.text}`))
  }
  expect(excess).toEqual([])
  expect(new Set(asked.map(({ text }) => text)).size).toBeGreaterThan(60)
})
