import { expect, onTestFinished, test } from 'vitest'
import { fakeClock } from '../../../test/ground/fake-clock.ts'
import { answer, endless, type Reaction } from '../../../test/ground/reactions.ts'
import { type Respond, testReceiver } from '../../../test/ground/receiver.ts'
import { createClient } from '../../client/client.ts'
import { follow, type FollowNews } from './follow.ts'

/** For machines that are busy. */
const patiently = { timeout: 30_000 }

/** An answer that begins like the feed and stays open, or ends, after these bytes. */
const stream =
  (text: string, { ends = false, type = 'text/event-stream' } = {}): Reaction =>
  (response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(text)
    if (ends) response.end()
  }

const envelope = (status: number): Reaction =>
  answer(status, JSON.stringify({ success: false, errors: [{ code: 1, message: `It says ${status}.` }] }))

/** A reader of a server that answers like this; `news` hands out what it tells, one after the other. */
const begin = async (respond: Respond, cursor?: string) => {
  const server = await testReceiver({ respond })
  const clock = fakeClock()
  const ending = new AbortController()
  const told: FollowNews[] = []
  const waiting: ((news: FollowNews) => void)[] = []
  const tell = (news: FollowNews): void => {
    const waiter = waiting.shift()
    if (waiter) waiter(news)
    else told.push(news)
  }
  const { url } = server
  const client = createClient({ url, accountId: 'a', token: 'b', fetch: (request) => fetch(request) })
  const read: unknown[] = []
  const reading = (async () => {
    for await (const { event } of follow({ client, clock, types: [], cursor, signal: ending.signal, tell })) {
      if (event) read.push(event.id)
    }
  })()
  // Where a test does not wait for its end, nobody else hears how it ended.
  reading.catch(() => {})
  onTestFinished(async () => {
    ending.abort(new Error('The test ends it.'))
    await reading.catch(() => {})
  })
  const news = (): Promise<FollowNews> =>
    new Promise((resolve) => {
      const ready = told.shift()
      if (ready) resolve(ready)
      else waiting.push(resolve)
    })
  return { server, clock, read, reading, news }
}

const eventText = (id: string): string =>
  `id: 8\nevent: image.uploaded\ndata: ${JSON.stringify({ id, type: 'image.uploaded', created: '', cursor: '8', body: '{}' })}\n\n`

test('a server that falls silent is left, and asked again behind what it said last', async () => {
  const { server, clock, news } = await begin(() => stream('id: 7\n\n'))
  expect(await news()).toEqual({ kind: 'connected', cursor: '7' })
  await expect.poll(() => clock.pendingCount(), patiently).toBe(1)
  clock.advance(44_999)
  expect(server.received).toHaveLength(1)
  clock.advance(1)
  expect(await news()).toEqual({ kind: 'lost', reason: 'The server has been silent for 45 s.' })
  clock.advance(100)
  expect(await news()).toEqual({ kind: 'connected', cursor: '7' })
  expect(server.received.map(({ path }) => new URL(path, server.url).searchParams.get('after'))).toEqual([
    'latest',
    '7',
  ])
})

test('a server that is away is asked again, less and less often, and that is told once', async () => {
  const { server, clock, news } = await begin((_, at) => (at < 6 ? envelope(503) : stream('id: 1\n\n')))
  expect(await news()).toEqual({ kind: 'lost', reason: 'It says 503.' })
  const pauses: (number | undefined)[] = []
  for (let count = 1; count <= 6; count++) {
    await expect.poll(() => [server.received.length, clock.pendingCount()], patiently).toEqual([count, 1])
    pauses.push(clock.advanceToNext())
  }
  expect(pauses).toEqual([100, 1000, 2000, 5000, 5000, 5000])
  expect(await news()).toEqual({ kind: 'connected', cursor: '1' })
})

test('a server that takes a reader and drops it again and again is not stormed', async () => {
  const { server, clock } = await begin(() => stream('id: 1\n\n', { ends: true }))
  const pauses: (number | undefined)[] = []
  for (let count = 1; count <= 4; count++) {
    await expect.poll(() => [server.received.length, clock.pendingCount()], patiently).toEqual([count, 1])
    pauses.push(clock.advanceToNext())
  }
  expect(pauses).toEqual([100, 1000, 2000, 5000])
})

test.each([
  ['another service', () => stream('<html>hello', { type: 'text/html' }), /without a stream of events; check the URL/],
  [
    'an event that is half there',
    () => stream('id: 1\ndata: {"id":"evt_1","ty\n\n'),
    /no JSON; it may be another version/,
  ],
  ['an event without its fields', () => stream('id: 1\ndata: {"id":7}\n\n'), /no text in "id"; it may be another/],
  ['an event without an end', () => endlessEvent, /more than an event can hold/],
  ['a body without an end', () => endless(200), /without a stream of events/],
  ['a refusal without an end', () => endless(403), /answered with more than \d+ bytes/],
  ['a token that does not open it', () => envelope(403), /It says 403/],
  ['a question that it does not understand', () => envelope(400), /It says 400/],
])('%s ends it with a sentence, after one request', async (_, react, sentence) => {
  const { server, reading } = await begin(react)
  await expect(reading).rejects.toThrow(sentence)
  expect(server.received).toHaveLength(1)
})

const endlessEvent: Reaction = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const chunk = Buffer.alloc(65_536, 'x')
  const fill = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', fill)
  fill()
}

test('once it has worked, a proxy that answers for a server being replaced is waited for', async () => {
  const answers = [stream(`id: 7\n\n${eventText('evt_1')}`, { ends: true }), stream('<html>', { type: 'text/html' })]
  const { clock, news, server, read } = await begin((_, at) => answers[at] ?? stream('id: 9\n\n'))
  expect(await news()).toEqual({ kind: 'connected', cursor: '7' })
  expect(await news()).toEqual({ kind: 'lost', reason: 'The server ended the connection.' })
  for (let count = 1; count <= 2; count++) {
    await expect.poll(() => [server.received.length, clock.pendingCount()], patiently).toEqual([count, 1])
    clock.advanceToNext()
  }
  expect(await news()).toEqual({ kind: 'connected', cursor: '9' })
  expect(read).toEqual(['evt_1'])
  expect(server.received.map(({ path }) => new URL(path, server.url).searchParams.get('after'))).toEqual([
    'latest',
    '8',
    '8',
  ])
})

test.each([
  [410, ''],
  [400, 'latest'],
])('a place that the server answers with %i is left for %j, and that is told', async (status, after) => {
  const { news, server } = await begin((_, at) => (at === 0 ? envelope(status) : stream('id: 3\n\n')), '99')
  expect(await news()).toEqual({ kind: 'skipped', reason: `It says ${status}.` })
  expect(await news()).toEqual({ kind: 'connected', cursor: '3' })
  const asked = server.received.map(({ path }) => new URL(path, server.url).searchParams.get('after') ?? '')
  expect(asked).toEqual(['99', after])
})
