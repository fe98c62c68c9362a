import { once } from 'node:events'
import { connect } from 'node:net'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { createMasterKey } from '../src/config/secrets.ts'
import { systemRandom } from '../src/domain/random.ts'
import { makePostgresDatabase } from './ground/drivers.ts'
import { eventually } from './ground/engine.ts'
import { fakeClock } from './ground/fake-clock.ts'
import { startServer, testAccount, type TestServer } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'
import { sampleImage } from '../scripts/sample-images.ts'

const events = '/images/v1/webhooks/events'
const masterKeys = [createMasterKey(systemRandom.bytes(32))]

const startNode = (url: string, parts = {}) =>
  startServer({
    dataFolder: temporaryFolder(),
    config: { database: { kind: 'postgres', url }, masterKeys, roles: new Set(['api'] as const) },
    parts,
    listen: true,
  })

/** A server-sent event, or a bare id. */
type Message = { readonly id: string; readonly event: string | undefined; readonly data: string | undefined }

const open = (
  { url, server }: Pick<TestServer, 'url' | 'server'>,
  { query = '', lastId = '', token = testAccount.apiToken, signal = new AbortController().signal } = {},
): Promise<Response> => {
  const request = new Request(`${url}/client/v4/accounts/${testAccount.accountId}${events}${query}`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(lastId === '' ? {} : { 'last-event-id': lastId }),
    },
    signal,
  })
  return url.endsWith(':0') ? server.fetch(request) : fetch(request)
}

/** Each message of a stream as it comes, until the stream ends or is left. */
async function* messages(response: Response): AsyncGenerator<Message> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string): string | undefined =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2)
      yield { id: field('id') ?? '', event: field('event'), data: field('data') }
    }
  }
}

/** Reads on from its cursor, at one node after the other, some events at a time, until it has so many. */
const readInTurns = async (nodes: readonly TestServer[], total: () => number): Promise<string[]> => {
  const seen: string[] = []
  let lastId = '0'
  for (let turn = 0; seen.length < total(); turn++) {
    const node = nodes[turn % nodes.length]
    if (!node) throw new Error('there are no nodes')
    const leave = new AbortController()
    const most = 1 + (turn % 23)
    let count = 0
    for await (const { id, data } of messages(await open(node, { query: '?after=0', lastId, signal: leave.signal }))) {
      lastId = id
      if (data === undefined) continue
      seen.push(JSON.parse(data).id)
      count += 1
      // It sleeps in between: nobody holds its place but the cursor.
      if (count === most || seen.length === total()) break
    }
    leave.abort()
  }
  return seen
}

const sqlOfEvent = `with made as (insert into event (id, account_id, type, image_id, created_at, is_test, body)
  values ($1, $2, 'image.uploaded', $1, $3, 0, convert_to($4, 'UTF8')) returning id)
  insert into event_feed (event_id, account_id, position) select id, $2, null from made`

test('a reader that sleeps and comes back at another node gets every event once, in order, however eight writers commit', async () => {
  const url = await makePostgresDatabase()
  const nodes = [await startNode(url), await startNode(url)] as const
  const perWriter = 40
  const committed: string[] = []
  const write = async (writer: number): Promise<void> => {
    const client = new Client({ connectionString: url })
    await client.connect()
    for (let count = 0; count < perWriter; count++) {
      const id = `evt_${String(count).padStart(4, '0')}${writer}`
      await client.query('begin')
      await client.query(sqlOfEvent, [id, testAccount.accountId, count, '{}'])
      // Held open for a random number of round trips, so that they commit in another order than they began.
      for (let trips = Math.floor(Math.random() * 12); trips > 0; trips--) await client.query('select 1')
      const kept = count % 10 !== 9
      await client.query(kept ? 'commit' : 'rollback')
      if (kept) committed.push(id)
    }
    await client.end()
  }
  const total = 8 * perWriter * 0.9
  const writing = Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)))
  const [seen] = await Promise.all([readInTurns(nodes, () => total), writing])
  expect(seen).toHaveLength(total)
  expect(seen.toSorted()).toEqual(committed.toSorted())
  const listed: string[] = []
  for (let after = '0'; listed.length < total;) {
    const { result } = await nodes[1].call('GET', `${events}?after=${after}&limit=50`)
    listed.push(...result.events.map(({ id }: { id: string }) => id))
    after = result.next
  }
  expect(listed).toEqual(seen)
})

test('on the embedded store too, while eight upload at once', async () => {
  const server = await startServer({ listen: true })
  const { bytes } = await sampleImage('drawing')
  const uploaded: string[] = []
  const upload = async (): Promise<void> => {
    for (let count = 0; count < 6; count++) uploaded.push((await server.upload(bytes, 'drawing.svg')).result.id)
  }
  const [seen] = await Promise.all([readInTurns([server], () => 48), ...Array.from({ length: 8 }, upload)])
  const { result } = await server.call('GET', events)
  expect(result.events.map(({ id }: { id: string }) => id)).toEqual(seen)
  const images = result.events.map(({ body }: { body: string }) => JSON.parse(body).image.id)
  expect(images.toSorted()).toEqual(uploaded.toSorted())
})

test('gives the bytes that are signed, the types that are asked for, and refuses what is no cursor', async () => {
  const server = await startServer()
  const { bytes } = await sampleImage('drawing')
  const { result: image } = await server.upload(bytes, 'drawing.svg', { metadata: '{"name":"zoë \\ud800"}' })
  await server.call('DELETE', `/images/v1/${image.id}`)
  const { result } = await server.call('GET', `${events}?types=image.deleted,image.updated`)
  expect(result.events).toMatchObject([{ type: 'image.deleted', cursor: '2', id: expect.stringMatching(/^evt_/) }])
  const hook = await server.call('POST', '/images/v1/webhooks', { url: 'https://example.com/' })
  await server.call('POST', `/images/v1/webhooks/${hook.result.id}/test`)
  const all = (await server.call('GET', events)).result
  expect(all.events).toHaveLength(2)
  expect(all.next).toBe('2')
  const { result: other } = await server.upload(bytes, 'other.svg')
  const ofImage = (await server.call('GET', `${events}?image_id=${image.id}`)).result
  expect(ofImage.events.map(({ type }: { type: string }) => type)).toEqual(['image.uploaded', 'image.deleted'])
  expect(ofImage.next).toBe('3')
  const stream = messages(await open(server, { query: `?after=0&image_id=${other.id}` }))
  await stream.next()
  expect((await stream.next()).value).toMatchObject({ id: '3', event: 'image.uploaded' })
  await stream.return(undefined)
  for (const [query, says] of [
    ['after=x', /after must be a cursor/],
    ['after=4', /beyond the end/],
    ['types=image.made', /types must be event types separated by commas/],
    ['limit=0', /limit must be a whole number/],
    ['since=1', /since/],
    [`image_id=${'x'.repeat(1025)}`, /image_id/],
    ['image_id=a%00b', /image_id must be valid text/],
  ] as const) {
    const refused = await server.call('GET', `${events}?${query}`)
    expect([query, refused.status]).toEqual([query, 400])
    expect(refused.errors[0]?.message).toMatch(says)
  }
  expect((await server.call('GET', `${events}?after=latest`)).result).toEqual({ events: [], next: '3' })
})

test('a stream begins where it is told, beats while nothing happens, and ends with its token', async () => {
  const clock = fakeClock()
  const server = await startServer({ parts: { clock } })
  const { result: token } = await server.call('POST', '/tokens', { name: 'relay', permission: 'Images Read' })
  const stream = messages(await open(server, { query: '?after=latest', token: token.value }))
  const next = async () => (await stream.next()).value
  expect(await next()).toEqual({ id: '0', event: undefined, data: undefined })
  await server.upload((await sampleImage('drawing')).bytes, 'drawing.svg')
  expect(await next()).toMatchObject({ id: '1', event: 'image.uploaded' })
  let beat = false
  const beating = next().then((message) => {
    beat = true
    return message
  })
  await eventually(() => {
    clock.advance(1000)
    return beat
  })
  expect(await beating).toEqual({ id: '1', event: undefined, data: undefined })
  await server.call('DELETE', `/tokens/${token.id}`)
  let ended = false
  void stream.next().then(({ done }) => (ended = done === true))
  await eventually(() => {
    clock.advance(1000)
    return ended
  })
  expect((await open(server, { token: token.value })).status).toBe(403)
  const refused = await open(server, { lastId: '9' })
  expect([refused.status, await refused.json()]).toMatchObject([400, { errors: [{ message: /beyond the end/ }] }])
})

test('streams of an account are counted, let go when their readers leave, and end with the server', async () => {
  const server = await startServer({ listen: true })
  const leave = new AbortController()
  const opened = await Promise.all(Array.from({ length: 16 }, () => open(server, { signal: leave.signal })))
  expect(opened.map(({ status }) => status)).toEqual(opened.map(() => 200))
  expect((await open(server)).status).toBe(429)
  leave.abort()
  let last: Response | undefined
  await eventually(async () => {
    last = await open(server)
    return last.status === 200
  })
  if (!last) throw new Error('no stream was opened')
  const stream = messages(last)
  await stream.next()
  const rest = stream.next()
  await server.stop()
  expect((await rest).done).toBe(true)
})

test('a reader that takes nothing is read nothing for, and is broken off in time', async () => {
  const url = await makePostgresDatabase()
  const clock = fakeClock()
  const node = await startNode(url, { clock })
  const bodyBytes = 32 * 1024
  const count = 2000
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(
    `with made as (insert into event (id, account_id, type, image_id, created_at, is_test, body)
       select 'evt_' || lpad(n::text, 6, '0'), $1, 'image.uploaded', n::text, n, 0, convert_to(repeat('x', $2), 'UTF8')
       from generate_series(1, $3) as n returning id)
     insert into event_feed (event_id, account_id, position) select id, $1, null from made`,
    [testAccount.accountId, bodyBytes, count],
  )
  await client.end()
  await eventually(async () => {
    clock.advance(1000)
    return (await node.call('GET', `${events}?limit=1&after=0`)).result.events.length === 1
  })
  const { port, hostname } = new URL(node.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(
    `GET /client/v4/accounts/${testAccount.accountId}${events} HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n` +
      `authorization: Bearer ${testAccount.apiToken}\r\n\r\n`,
  )
  await once(socket, 'data')
  socket.pause()
  // Whoever reads keeps its stream; this one's place is free again when it was broken off.
  const others = await Promise.all(Array.from({ length: 15 }, () => open(node, { query: '?after=latest' })))
  const reading = others.map(async (response) => {
    for await (const _ of messages(response));
  })
  expect((await open(node)).status).toBe(429)
  await eventually(async () => {
    clock.advance(10_000)
    const probe = await open(node)
    await probe.body?.cancel()
    return probe.status === 200
  })
  let receivedBytes = 0
  socket.on('data', (bytes) => (receivedBytes += bytes.length))
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'close')
  expect(receivedBytes).toBeLessThan((bodyBytes * count) / 2)
  await node.stop()
  await Promise.all(reading)
})

test('the catalogue has a schema and a sample for each event type', async () => {
  const server = await startServer()
  const { result } = await server.call('GET', '/images/v1/webhooks/event-types')
  expect(result.event_types.map(({ type }: { type: string }) => type)).toEqual([
    'image.uploaded',
    'image.upload_failed',
    'image.updated',
    'image.deleted',
  ])
  for (const { type, schema, sample, description } of result.event_types) {
    expect([schema.title, sample.event]).toEqual([type, type])
    expect(description).toMatch(/^\p{Lu}.*\.$|`image`/u)
  }
})
