import { statSync } from 'node:fs'
import { guideScheme, standardScheme } from '@imagehooks/receiver'
import { createVerifier } from '@imagehooks/receiver/verify'
import { expect, test } from 'vitest'
import { sampleImage } from '../../../scripts/sample-images.ts'
import { run } from '../../../test/ground/command.ts'
import { answer } from '../../../test/ground/reactions.ts'
import { type ReceivedRequest, testReceiver } from '../../../test/ground/receiver.ts'
import { startServer, testAccount, type TestServer } from '../../../test/ground/server.ts'
import { temporaryFolder } from '../../../test/ground/temporary.ts'
import { createClient } from '../../client/client.ts'
import { systemClock } from '../../domain/clock.ts'
import { loopbackOnly, ownClient, systemOutside } from '../own-client.ts'
import { matches, readFilters } from './filter.ts'
import { createForwarder, type Forwarded } from './forward.ts'
import { openListenFile } from './listen-file.ts'
import { readListenOptions } from './listen-options.ts'
import { runListen } from './run-listen.ts'

type Wish = { fail?: { status: number; count: number }; filter?: readonly string[]; onForwarded?: () => void }

/** Starts a listener as the command does; `connected` resolves when it follows the feed. */
const startListening = async (server: TestServer, url: string, folder: string, wish: Wish = {}) => {
  const ending = new AbortController()
  const { promise: connected, resolve } = Promise.withResolvers<void>()
  const forwarded: Forwarded[] = []
  const file = await openListenFile(folder, { server: 'the same', accountId: testAccount.accountId, forwardTo: url })
  const client = ownClient(systemOutside, loopbackOnly)
  const { forward } = createForwarder({
    client,
    clock: systemClock,
    urlOf: () => new URL(url),
    secret: file.state.secret,
    headers: { 'x-mine': 'yes' },
    delayMs: 0,
    fail: wish.fail,
    signal: ending.signal,
    report: (result) => {
      forwarded.push(result)
      wish.onForwarded?.()
    },
  })
  const ended = runListen({
    client: createClient({
      url: server.url,
      accountId: testAccount.accountId,
      token: testAccount.apiToken,
      fetch: (request) => fetch(request),
    }),
    clock: systemClock,
    types: [],
    cursor: file.state.cursor,
    signal: ending.signal,
    file,
    filter: readFilters(wish.filter),
    forward,
    tell: (news) => news.kind === 'connected' && resolve(),
  })
  await Promise.race([connected, ended])
  return {
    file,
    forwarded,
    async stop(): Promise<void> {
      ending.abort(new Error('The test stops it.'))
      await ended
      await client.destroy()
    },
  }
}

const uploadTen = async (server: TestServer, name: string): Promise<void> => {
  const { bytes } = await sampleImage('drawing')
  for (let count = 0; count < 10; count++)
    await server.upload(bytes, `${name}-${count}-é😀.svg`, {
      metadata: JSON.stringify({ text: '  </script>\n\\u0000' }),
    })
}

const take = async (from: { next(): Promise<ReceivedRequest> }, count: number): Promise<ReceivedRequest[]> => {
  const taken: ReceivedRequest[] = []
  while (taken.length < count) taken.push(await from.next())
  return taken
}

const idOf = ({ headers }: ReceivedRequest): string => String(headers['webhook-id'])

const bodiesById = (requests: readonly ReceivedRequest[]): Map<string, string> =>
  new Map(requests.map((request) => [idOf(request), Buffer.from(request.body).toString('hex')]))

test.each([false, true])(
  'what was uploaded while it was away arrives when it is back, byte for byte, in order, signed; server restarted: %s',
  async (restarts) => {
    const dataFolder = temporaryFolder()
    const folder = temporaryFolder()
    const local = await testReceiver()
    const direct = await testReceiver()
    let server = await startServer({ dataFolder, listen: true })
    await server.call('POST', '/images/v1/webhooks', { url: direct.url })
    await uploadTen(server, 'before')
    const first = await startListening(server, local.url, folder)
    await first.stop()
    await uploadTen(server, 'away')
    const sent = bodiesById((await take(direct, 20)).slice(10))
    if (restarts) {
      await server.stop()
      server = await startServer({ dataFolder, listen: true })
    }
    const second = await startListening(server, local.url, folder)
    const received = await take(local, 10)
    await second.stop()
    expect(bodiesById(received)).toEqual(sent)
    expect(received.map(idOf)).toEqual(received.map(idOf).toSorted())
    expect(local.received).toHaveLength(10)
    expect(second.file.state.secret).toBe(first.file.state.secret)
    expect(statSync(second.file.path).mode & 0o777).toBe(0o600)
    for (const scheme of [standardScheme, guideScheme]) {
      const verify = createVerifier(second.file.state.secret, [scheme])
      for (const { headers, body } of received) {
        const read = { get: (name: string) => (headers[name] === undefined ? null : String(headers[name])) }
        expect(await verify(read, Uint8Array.from(body))).toMatchObject({ ok: true })
      }
    }
    expect(received[0]?.headers).toMatchObject({ 'x-mine': 'yes', 'webhook-attempt': '1' })
    await server.stop()
  },
)

test('an event is sent again as often as answers are to be taken for failures, and one that is not wanted never', async () => {
  const folder = temporaryFolder()
  const local = await testReceiver({ respond: () => answer(204) })
  const server = await startServer({ listen: true })
  const listener = await startListening(server, local.url, folder, {
    fail: { status: 500, count: 2 },
    filter: ['image.filename=*.svg', 'image.metadata.shop=s*p'],
  })
  const { bytes } = await sampleImage('drawing')
  await server.upload(bytes, 'other.svg')
  await server.upload(bytes, 'mine.svg', { metadata: '{"shop":"ship"}' })
  const three = await take(local, 3)
  expect(new Set(three.map(idOf)).size).toBe(1)
  expect(three.map(({ headers }) => headers['webhook-attempt'])).toEqual(['1', '2', '3'])
  await listener.stop()
  expect(listener.forwarded.map(({ status }) => status)).toEqual([500, 500, 204])
})

test.each([
  ['profile_*', 'profile_1', true],
  ['*_*_*', 'a_b', false],
  ['a*a', 'a', false],
  ['*', '', true],
  ['a', 'ab', false],
])('%s is the form of %s: %s', (pattern, text, isMatch) => expect(matches(pattern, text)).toBe(isMatch))

test.each([
  [{ forwardTo: 'nowhere' }, /--forward-to must be a complete URL/],
  [{ forwardTo: 'ftp://127.0.0.1/' }, /--forward-to must be a complete URL/],
  [{ forwardTo: 'http://me:secret@127.0.0.1/' }, /must not hold a user name or password/],
  [{}, /--forward-to http/],
  [{ route: ['image.deleted=nowhere'] }, /--route must be a complete URL/],
  [{ route: ['x=8787'] }, /--route must be event types/],
  [{ route: ['8787'] }, /--route must be written as/],
  [{ route: ['image.deleted=8787'], events: 'image.updated' }, /--events names none/],
  [{ forwardTo: '8787', varsName: 'a b' }, /--vars-name must be/],
  [{ forwardTo: '8787', since: 'x' }, /--since must be a duration/],
  [{ forwardTo: '8787', delay: '1' }, /--delay must be a duration/],
  [{ forwardTo: '8787', fail: 'x' }, /--fail must be/],
  [{ forwardTo: '8787', fail: '200:2' }, /--fail must be/],
  [{ forwardTo: '8787', events: 'x' }, /--events must be .*image\.uploaded/],
  [{ forwardTo: '8787', filter: ['x'] }, /--filter must be/],
  [{ forwardTo: '8787', header: ['host: x'] }, /--header must be/],
  [{ forwardTo: '8787', header: ['x: a\nb'] }, /--header must be/],
])('the flags %j are refused with what to do', (options, sentence) =>
  expect(() => readListenOptions(options)).toThrow(sentence),
)

test.each([
  ['8787', 'http://127.0.0.1:8787/'],
  [':8787/hooks?a=b', 'http://127.0.0.1:8787/hooks?a=b'],
  ['localhost:8787', 'http://localhost:8787/'],
  ['[::1]:8787/x', 'http://[::1]:8787/x'],
  ['https://shop.test/x', 'https://shop.test/x'],
])('%s is taken for %s', (forwardTo, url) =>
  expect(readListenOptions({ forwardTo }).routes.urls.map(({ href }) => href)).toEqual([url]),
)

test('another machine is sent nothing unless that is said', async () => {
  const { code, said } = await run(['listen', '--forward-to', 'http://192.0.2.1/x'])
  expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/192\.0\.2\.1 .*--allow-remote/) })
})

test('the secret is made once and kept for each receiver, and given to scripts', async () => {
  const environment = {
    IMAGEHOOKS_STATE_DIR: temporaryFolder(),
    IMAGEHOOKS_ACCOUNT_ID: 'a',
    IMAGEHOOKS_API_TOKEN: 'b',
  }
  const ask = async (url: string) =>
    (await run(['listen', '--print-secret', '--forward-to', url], { environment })).printed
  const secret = await ask('http://127.0.0.1:1/')
  expect(secret).toMatch(/^whsec_[\w+/]{43}=\n$/)
  expect(await ask('http://127.0.0.1:1/')).toBe(secret)
  expect(await ask('http://127.0.0.1:2/')).not.toBe(secret)
})
