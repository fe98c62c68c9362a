import { describe, expect, test } from 'vitest'
import { runHere } from '../../../../test/ground/command-here.ts'
import { fakeClock, type FakeClock } from '../../../../test/ground/fake-clock.ts'
import { answer } from '../../../../test/ground/reactions.ts'
import { testReceiver } from '../../../../test/ground/receiver.ts'
import { startServer, testAccount, type ServerWish, type TestServer } from '../../../../test/ground/server.ts'
import { makeTemporaryFolder } from '../../../../test/ground/temporary.ts'
import { sampleImage } from '../../../../scripts/sample-images.ts'
import { createClient } from '../../../client/client.ts'
import { createMasterKey } from '../../../config/secrets.ts'
import type { Report } from '../finding.ts'
import { judgeServer } from './judge-server.ts'
import { readServerFacts, type ServerFacts, type ServerFactsParts } from './server-facts.ts'

const dayMs = 86_400_000

const factsOf = (
  { server }: TestServer,
  clock: FakeClock,
  parts: Partial<ServerFactsParts> = {},
): Promise<ServerFacts> =>
  readServerFacts({
    server: new URL('http://127.0.0.1:4747'),
    wanted: ['image.uploaded'],
    client: createClient({
      url: 'http://127.0.0.1:4747',
      accountId: testAccount.accountId,
      token: testAccount.apiToken,
      fetch: server.fetch,
    }),
    fetch: server.fetch,
    clock,
    tell() {},
    ...parts,
  })

/** What is blamed: the name of each check with its severity. */
const blamedIn = ({ findings }: Report): string[] =>
  findings.filter(({ severity }) => severity !== 'ok').map(({ check, severity }) => `${severity} ${check}`)

const startOn = async (clock: FakeClock, wish: ServerWish = {}): Promise<TestServer> =>
  startServer({ ...wish, parts: { clock, ...wish.parts } })

/** A server with one endpoint, whose receiver answers 200 until it is told otherwise. */
const start = async (wish: ServerWish = {}, endpoint: object = {}) => {
  const clock = fakeClock(Date.now())
  const server = await startOn(clock, wish)
  const receiver = await testReceiver()
  const { result } = await server.call('POST', '/images/v1/webhooks', { url: receiver.url, name: 'shop', ...endpoint })
  const id: string = result.id
  return {
    clock,
    server,
    receiver,
    id,
    upload: async () => void (await server.upload((await sampleImage('drawing')).bytes)),
    report: async (parts?: Partial<ServerFactsParts>) => judgeServer(await factsOf(server, clock, parts)),
  }
}

test('a healthy server passes', async () => {
  const { server, report, upload } = await start()
  await upload()
  await server.nextAttempt()
  const found = await report()
  expect(blamedIn(found)).toEqual([])
  expect(found.unmade).toEqual([])
  expect(found.findings.map(({ check }) => check)).toEqual([
    'https',
    'ready',
    'worker',
    'clock',
    'endpoints',
    'active',
    'events',
    'attempts',
    'dead',
    'due',
    'secret-age',
    'secret-shared',
    'sender',
  ])
  expect(found.findings.find(({ check }) => check === 'attempts')?.what).toBe(
    '1 in the last 24 hours, all answered 2xx',
  )
})

describe('each finding has its cause', () => {
  test('no endpoint', async () => {
    const clock = fakeClock(Date.now())
    const report = judgeServer(await factsOf(await startOn(clock), clock))
    expect(blamedIn(report)).toEqual(['failure endpoints'])
    expect(report.unmade.map(({ check }) => check)).toEqual(['active', 'events', 'attempts'])
  })

  test('an endpoint that answered 410 is suspended, and what it was sent is dead', async () => {
    const { server, receiver, report, upload, id } = await start()
    receiver.respondWith(answer(410))
    await upload()
    await server.nextAttempt()
    const found = await report()
    expect(blamedIn(found)).toEqual(['failure active', 'warning dead'])
    expect(found.findings.find(({ check }) => check === 'active')).toMatchObject({
      subject: 'shop',
      why: expect.stringContaining('was answered 410'),
      fix: expect.stringMatching(new RegExp(`endpoints test ${id}.*endpoints replay ${id} --since 20`)),
    })
  })

  test('an endpoint that is paused', async () => {
    const { server, report, id } = await start()
    await server.call('PATCH', `/images/v1/webhooks/${id}`, { active: false })
    const found = await report()
    expect(blamedIn(found)).toEqual(['warning active'])
    expect(found.unmade).toEqual([{ check: 'events', because: 'no endpoint is active' }])
  })

  test('an event type that nobody gets, or only somebody who is paused', async () => {
    const { server, report, id } = await start({}, { events: ['image.deleted'] })
    const found = await report()
    expect(blamedIn(found)).toEqual(['failure events'])
    expect(found.findings.find(({ check }) => check === 'events')).toMatchObject({
      fix: `imagehooks endpoints edit ${id} --events image.deleted,image.uploaded`,
    })
    expect(blamedIn(await report({ wanted: ['image.deleted'] }))).toEqual([])
    const { result } = await server.call('POST', '/images/v1/webhooks', { url: 'http://127.0.0.1:9/', name: 'other' })
    await server.call('PATCH', `/images/v1/webhooks/${result.id}`, { active: false })
    const asleep = await report()
    expect(blamedIn(asleep)).toEqual(['warning active', 'failure events'])
    expect(asleep.findings.find(({ check }) => check === 'events')).toMatchObject({
      why: 'other would, but is paused.',
    })
  })

  test('an endpoint of which every attempt fails, with the explanation', async () => {
    const { clock, server, receiver, report, upload } = await start()
    receiver.respondWith(answer(500))
    await upload()
    await server.nextAttempt()
    await server.nextAttempt()
    // Less than until the next attempt is due.
    clock.setNow(clock.now() + 45_000)
    const found = await report()
    expect(blamedIn(found)).toEqual(['failure attempts'])
    expect(found.findings.find(({ check }) => check === 'attempts')).toMatchObject({
      what: 'every attempt has failed for 45 seconds',
      why: expect.stringMatching(/was answered 500\..*see its log/),
      fix: expect.stringContaining(`imagehooks doctor ${receiver.url}`),
    })
  })

  test('an endpoint that failed and got over it', async () => {
    const { server, receiver, report, upload } = await start()
    receiver.respondWith({ each: (_request, index) => answer(index === 0 ? 503 : 200) })
    await upload()
    await server.nextAttempt()
    await server.nextAttempt()
    const found = await report()
    expect(blamedIn(found)).toEqual(['warning attempts'])
    expect(found.findings.find(({ check }) => check === 'attempts')?.what).toBe(
      '1 of 2 attempts of the last 24 hours failed: 1 × status 5xx',
    )
  })

  test('a delivery that is due and does not get done', async () => {
    const { clock, receiver, report, upload } = await start(
      { config: { attemptTimeoutMs: 600_000 } },
      { max_concurrency: 1 },
    )
    receiver.respondWith(() => {})
    await upload()
    await receiver.next()
    clock.setNow(clock.now() + 120_000)
    const found = await report()
    expect(blamedIn(found)).toEqual(['failure due'])
    expect(found.findings.find(({ check }) => check === 'due')?.what).toBe('a delivery has been due for 2 minutes')
  })

  test('a secret of over 90 days, unless a rotation is ending it', async () => {
    const { clock, server, report, id } = await start()
    clock.setNow(clock.now() + 91 * dayMs)
    const found = await report()
    expect(blamedIn(found)).toEqual(['warning secret-age'])
    expect(found.findings.find(({ check }) => check === 'secret-age')).toMatchObject({
      subject: 'shop',
      what: 'its secret is 91 days old',
      fix: expect.stringContaining(`endpoints rotate ${id}`),
    })
    await server.call('POST', `/images/v1/webhooks/${id}/secret`, {})
    expect(blamedIn(await report())).toEqual([])
  })

  test('a secret that two endpoints share, and no other account learns of it', async () => {
    const secret = 'your_webhook_secret_key'
    const { server, report } = await start({}, { secret })
    await server.call('POST', '/images/v1/webhooks', { url: 'http://127.0.0.1:9/', name: 'other', secret })
    const stranger = await server.server.accounts.create({ name: 'stranger' })
    await server.server.endpoints.add(stranger.account.id, { url: 'http://127.0.0.1:9/', secret })
    const found = await report()
    expect(blamedIn(found)).toEqual(['warning secret-shared'])
    expect(found.findings.find(({ check }) => check === 'secret-shared')?.what).toMatch(
      /^it has the same secret as (shop|other)$/,
    )
    const { result } = await server.call('GET', '/images/v1/webhooks/secrets')
    expect(result.secrets).toHaveLength(2)
    expect(JSON.stringify(result)).not.toContain(secret)
  })

  test('a secret that the master key does not open any more', async () => {
    const folder = makeTemporaryFolder()
    const keyOf = (byte: number) => createMasterKey(new Uint8Array(32).fill(byte))
    const wish = { dataFolder: folder.path }
    const clock = fakeClock(Date.now())
    const first = await startOn(clock, { ...wish, config: { masterKeys: [keyOf(1)] } })
    await first.call('POST', '/images/v1/webhooks', { url: 'http://127.0.0.1:9/', name: 'shop' })
    await first.stop()
    const second = await startOn(clock, { ...wish, config: { masterKeys: [keyOf(2)] } })
    expect(blamedIn(judgeServer(await factsOf(second, clock)))).toEqual(['failure secret-readable'])
    await second.stop()
    folder.remove()
  })

  test('a clock that is another than ours', async () => {
    const { clock, report } = await start()
    const ahead = fakeClock(clock.now() + 120_000)
    expect(blamedIn(await report({ clock: ahead }))).toEqual(['warning clock'])
    const far = await report({ clock: fakeClock(clock.now() - 600_000) })
    expect(blamedIn(far)).toEqual(['failure clock'])
    expect(far.findings.find(({ check }) => check === 'clock')?.what).toMatch(
      /^its clock is 10 minutes ahead of this machine’s, and/,
    )
  })

  test('a token that goes over the network in clear', async () => {
    const { report } = await start()
    expect(blamedIn(await report({ server: new URL('http://images.example.com') }))).toEqual(['failure https'])
    expect(blamedIn(await report({ server: new URL('https://images.example.com') }))).toEqual([])
  })

  test('a part that does not answer, and health that a proxy hides', async () => {
    const { report } = await start()
    const failing = async (request: Request): Promise<Response> =>
      Response.json(
        {
          checks: request.url.endsWith('ready')
            ? { database: 'the database does not answer', blobs: 'ok' }
            : { worker: 'late' },
        },
        { status: 503 },
      )
    const found = await report({ fetch: failing })
    expect(found.findings.flatMap(({ severity, check, what }) => (severity === 'ok' ? [] : [[check, what]]))).toEqual([
      ['ready', 'database: the database does not answer'],
      ['worker', 'late'],
    ])
    const hidden = await report({ fetch: async () => new Response('<h1>Not here</h1>', { status: 404 }) })
    expect(blamedIn(hidden)).toEqual([])
    expect(hidden.unmade.map(({ check }) => check)).toEqual(['ready', 'worker'])
  })
})

describe('from where it sends', () => {
  const localAddresses = (): readonly string[] => ['127.0.0.1', '10.0.0.4', '8.8.8.8', 'fe80::1', '::1']
  const told = async (config: ServerWish['config'], mode: ServerWish['mode'] = 'serve', addresses = localAddresses) => {
    const clock = fakeClock(Date.now())
    const server = await startOn(clock, { mode, config: { ...config }, parts: { localAddresses: addresses } })
    const { findings } = judgeServer(await factsOf(server, clock))
    return findings.find(({ check }) => check === 'sender')?.what
  }

  test('only addresses are told that an endpoint may see', async () => {
    expect(await told({})).toMatch(/^it sends from 8\.8\.8\.8, unless/)
    expect(await told({ allowTargets: ['10.0.0.0/8'] })).toMatch(/^it sends from 10\.0\.0\.4, 8\.8\.8\.8, unless/)
    expect(await told({}, 'dev')).toMatch(/^it sends from 127\.0\.0\.1, 8\.8\.8\.8, ::1, unless/)
  })

  test('what it cannot know is said', async () => {
    expect(await told({}, 'serve', () => ['10.0.0.4'])).toMatch(/has no public address/)
    expect(await told({ proxy: { host: '127.0.0.1', port: 3128, secure: false } })).toMatch(/forward proxy/)
    const clock = fakeClock(Date.now())
    const facts = await factsOf(await startOn(clock), clock)
    const { findings } = judgeServer({ ...facts, sender: { ...facts.sender, sends: false } })
    expect(findings.find(({ check }) => check === 'sender')?.what).toMatch(/workers elsewhere do/)
  })
})

test('the command asks the server by its flags, in lines and as JSON', async () => {
  const server = await startServer({ listen: true })
  const environment = {
    IMAGEHOOKS_URL: server.url,
    IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
    IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
  }
  const lines = await runHere(['doctor', 'server'], { environment })
  expect(lines).toMatchObject({ code: 1, said: '' })
  expect(lines.printed).toMatch(/^failure\tendpoints\tthere is no endpoint\t[^\t]+\timagehooks endpoints add [^\t]+$/m)
  await server.call('POST', '/images/v1/webhooks', { url: 'http://127.0.0.1:9/' })
  const { code, printed } = await runHere(['doctor', 'server', '--events', 'image.uploaded,image.deleted', '--json'], {
    environment,
  })
  expect(code).toBe(1)
  expect(JSON.parse(printed)).toMatchObject({
    subject: `Server ${server.url}`,
    summary: { failures: 1 },
    findings: expect.arrayContaining([
      expect.objectContaining({ check: 'events', what: 'no active endpoint gets image.deleted' }),
    ]),
  })
  expect(await runHere(['doctor', 'server', '--strict'], { environment })).toMatchObject({ code: 0 })
  const refused = await runHere(['doctor', 'server', '--token', 'wrong'], { environment })
  expect(refused).toMatchObject({ code: 1, printed: '', said: expect.stringMatching(/^error: .*--token/) })
})
