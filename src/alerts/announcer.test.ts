import { createVerifier, standardScheme } from '@imagehooks/receiver/verify'
import { expect, it, onTestFinished } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { eventually } from '../../test/ground/engine.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { answer } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { testResolver } from '../../test/ground/resolver.ts'
import { newId } from '../domain/id.ts'
import { systemRandom } from '../domain/random.ts'
import { createGuardedClient } from '../net/guarded-client.ts'
import { createAddressPolicy, loopbackRanges } from '../net/ip-ranges.ts'
import { announceDeaths, announceEveryMs, claimAnnouncements, type Occurrence } from '../store/announcements.ts'
import { insertEndpoint } from '../store/endpoints.ts'
import { recordingLog } from '../telemetry/log.ts'
import { announceScheduleMs, createAnnouncer } from './announcer.ts'
import type { Channel } from './channel.ts'
import { createUrlChannel } from './url-channel.ts'

const secret = 'the secret of the operator'
const pollMs = 5000

describeDrivers('announcements', (driver) => {
  const open = async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    const log = recordingLog()
    await database.write(
      insertEndpoint(
        {
          id: 'webhook_1',
          accountId: 'account',
          url: 'https://hooks.example/with/a/token',
          name: 'pictures',
          eventTypes: ['image.uploaded'],
          headers: { keyId: '', bytes: new Uint8Array() },
          primary: true,
          state: 'active',
          stateReason: null,
          stateSince: 0,
          failingSince: null,
          maxConcurrency: null,
          rateLimit: null,
          timeoutSeconds: null,
          ordered: false,
          revision: 1,
          createdAt: 0,
          modifiedAt: 0,
        },
        'lane_1',
      ),
    )
    const happen = (count: number, kind: Occurrence['kind'] = 'delivery.dead') =>
      database.write([
        announceDeaths({
          id: newId('ann', clock.now(), systemRandom),
          kind,
          endpointId: 'webhook_1',
          count,
          at: clock.now(),
          details: { reason: 'deadline_passed', deliveryId: 'dlv_1' },
        }),
      ])
    const announcerWith = (...channels: Channel[]) => {
      const announcer = createAnnouncer({ database, clock, log, channels })
      announcer.start()
      onTestFinished(() => announcer.stop())
      return announcer
    }
    const outcomes = async () =>
      (
        await database.read(
          'select outcome, attempt_count, occurrence_count from announcement order by first_at, id',
          [],
        )
      ).map((row) => [row['outcome'], Number(row['attempt_count']), Number(row['occurrence_count'])])
    return { clock, database, log, happen, announcerWith, outcomes }
  }

  const urlChannel = (clock: ReturnType<typeof fakeClock>, url: string): Channel => {
    const client = createGuardedClient({
      clock,
      resolver: testResolver().resolve,
      policy: createAddressPolicy({ allow: loopbackRanges }),
    })
    onTestFinished(() => client.destroy())
    return createUrlChannel({ client, clock, userAgent: 'imagehooks/test', url: new URL(url), secret })
  }

  /** Moves time second by second, so that what begins at one instant ends before the next. */
  const passUntil = (clock: ReturnType<typeof fakeClock>, holds: () => boolean | Promise<boolean>): Promise<void> =>
    eventually(async () => {
      clock.advance(1000)
      for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve))
      return holds()
    })

  it('tells a URL, signed, once, what happened in the meantime counted, and no address of the endpoint', async () => {
    const { clock, happen, announcerWith, outcomes, log } = await open()
    const receiver = await testReceiver()
    announcerWith(urlChannel(clock, `${receiver.url}/alerts`))
    const firstAt = clock.now()
    await happen(1000)
    clock.advance(2000)
    await happen(1)
    const lastAt = clock.now()
    await passUntil(clock, async () => (await outcomes())[0]?.[0] === 'sent')
    expect(clock.now() - firstAt).toBeGreaterThanOrEqual(60_000)
    expect(await outcomes()).toEqual([['sent', 1, 1001]])
    expect(receiver.received).toHaveLength(1)
    const request = await receiver.next()
    const verify = createVerifier(secret, [standardScheme], { now: clock.now })
    expect(
      await verify(
        new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
        new Uint8Array(request.body),
      ),
    ).toMatchObject({
      ok: true,
      proof: { scheme: 'standard', id: expect.stringMatching(/^ann_/) },
    })
    expect(JSON.parse(request.text())).toEqual({
      type: 'delivery.dead',
      timestamp: new Date(lastAt).toISOString(),
      data: {
        account_id: 'account',
        webhook_id: 'webhook_1',
        webhook_name: 'pictures',
        webhook_host: 'hooks.example',
        count: 1001,
        first: new Date(firstAt).toISOString(),
        last: new Date(lastAt).toISOString(),
        reason: 'deadline_passed',
        delivery_id: 'dlv_1',
      },
    })
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { kind: 'delivery.dead', count: 1001 } }])
    expect(JSON.stringify(log.lines)).not.toContain('token')
  })

  it('tells of one endpoint and kind once an hour, and counts what happens between', async () => {
    const { clock, database, happen, announcerWith, outcomes } = await open()
    const receiver = await testReceiver()
    announcerWith(urlChannel(clock, receiver.url))
    await happen(1, 'endpoint.suspended')
    await passUntil(clock, () => receiver.received.length === 1)
    await happen(1, 'endpoint.failing')
    await happen(1, 'endpoint.suspended')
    await happen(1, 'endpoint.suspended')
    await passUntil(clock, () => receiver.received.length === 3)
    expect(receiver.received.map((request) => JSON.parse(request.text()).type)).toEqual([
      'endpoint.suspended',
      'endpoint.failing',
      'endpoint.suspended',
    ])
    await passUntil(clock, async () => (await outcomes()).every(([outcome]) => outcome === 'sent'))
    expect((await outcomes()).map(([, , count]) => count).toSorted()).toEqual([1, 1, 2])
    const [first, second] = (
      await database.read("select sealed_at from announcement where kind = 'endpoint.suspended' order by sealed_at", [])
    ).map((row) => Number(row['sealed_at']))
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(announceEveryMs)
  })

  it('tries again with the same id and bytes only where it failed, and counts what comes later into another', async () => {
    const { clock, happen, announcerWith, outcomes } = await open()
    const receiver = await testReceiver({ respond: (_, index) => answer(index < 2 ? 503 : 200, '') })
    const letters: string[] = []
    announcerWith(urlChannel(clock, receiver.url), {
      name: 'email',
      send: async ({ id }) => {
        letters.push(id)
        return undefined
      },
    })
    await happen(1, 'endpoint.suspended')
    await passUntil(clock, () => receiver.received.length === 1)
    await happen(5, 'endpoint.suspended')
    await passUntil(clock, async () => (await outcomes())[0]?.[0] === 'sent')
    const [first, ...others] = receiver.received.slice(0, 3)
    for (const other of others) {
      expect(other.headers['webhook-id']).toBe(first?.headers['webhook-id'])
      expect(other.text()).toBe(first?.text())
    }
    expect(letters).toHaveLength(1)
    expect(await outcomes()).toEqual([
      ['sent', 3, 1],
      [null, 0, 5],
    ])
  })

  it('says loudly in the log that an announcement was given up', async () => {
    const { clock, happen, announcerWith, outcomes, log } = await open()
    const receiver = await testReceiver({ respond: () => answer(500, '') })
    announcerWith(urlChannel(clock, `${receiver.url}/with/a/token`))
    await happen(1, 'endpoint.suspended')
    for (const delayMs of [pollMs, ...announceScheduleMs]) {
      const before = receiver.received.length
      await eventually(() => clock.pendingCount() > 0)
      clock.advance(delayMs - (delayMs % pollMs) + pollMs)
      await passUntil(clock, () => receiver.received.length > before)
    }
    await passUntil(clock, async () => (await outcomes())[0]?.[0] === 'given_up')
    expect(await outcomes()).toEqual([['given_up', 7, 1]])
    expect(log.lines.at(-1)).toMatchObject({
      level: 'error',
      fields: { kind: 'endpoint.suspended', failures: [{ name: 'url', failure: 'It answered 500.' }] },
    })
    expect(JSON.stringify(log.lines)).not.toContain('token')
  })

  it('tells the log where no channel is set', async () => {
    const { clock, happen, announcerWith, outcomes, log } = await open()
    announcerWith()
    await happen(3)
    await passUntil(clock, async () => (await outcomes())[0]?.[0] === 'sent')
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { count: 3, reason: 'deadline_passed' } }])
  })

  it('is sent by one of many processes, and by another when that one died', async () => {
    const { clock, database, happen, announcerWith } = await open()
    const receiver = await testReceiver()
    const claim = () => claimAnnouncements(database, 300_000, 8)
    await happen(1, 'endpoint.suspended')
    const claimed = await Promise.all([claim(), claim(), claim()])
    expect(claimed.flat()).toHaveLength(1)
    for (let count = 0; count < 3; count++) announcerWith(urlChannel(clock, receiver.url))
    const at = clock.now()
    await passUntil(clock, () => receiver.received.length > 0)
    expect(clock.now() - at).toBeGreaterThanOrEqual(300_000)
    await passUntil(clock, () => clock.now() - at > 400_000)
    expect(receiver.received).toHaveLength(1)
  })

  it('never goes to a forbidden address', async () => {
    const { clock, happen, announcerWith, log } = await open()
    const receiver = await testReceiver()
    const resolver = testResolver({ 'alerts.example': ['127.0.0.1'] })
    const client = createGuardedClient({
      clock,
      resolver: resolver.resolve,
      policy: createAddressPolicy({ allow: [] }),
    })
    onTestFinished(() => client.destroy())
    const url = new URL(receiver.url)
    url.hostname = 'alerts.example'
    announcerWith(createUrlChannel({ client, clock, userAgent: 'imagehooks/test', url, secret }))
    await happen(1, 'endpoint.failing')
    await passUntil(clock, () => log.lines.length > 1)
    expect(receiver.connectionCount).toBe(0)
    expect(JSON.stringify(log.lines)).toContain('does not connect to')
  })
})
