import { eventTypes, type EventType } from '@imagehooks/receiver'
import { expect, it } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { eventually } from '../../test/ground/engine.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import type { Database } from '../store/database.ts'
import { insertEvent } from '../store/events.ts'
import { appendToFeed } from '../store/feed.ts'
import { readFeedBounds } from '../store/feed-reader.ts'
import { recordingLog } from '../telemetry/log.ts'
import { createFeed } from './feed.ts'
import { createFeedWatch, followersPerAccount } from './feed-watch.ts'

const [ours, theirs] = ['a'.repeat(32), 'b'.repeat(32)]

/** Appends an event to the feed without deliveries; its number makes its id. */
const append = async (
  database: Database,
  number: number,
  accountId = ours,
  type: EventType = 'image.uploaded',
  imageId = `image ${number}`,
) => {
  const id = `evt_${String(number).padStart(6, '0')}`
  const body = Buffer.from(`{"number": ${number}, "text": "é"}`)
  await database.write([
    insertEvent({ id, accountId, type, imageId, createdAt: number, test: false, body }),
    appendToFeed(id, accountId),
  ])
}

const appendAll = async (
  database: Database,
  count: number,
  of: (number: number) => [string, EventType] = () => [ours, 'image.uploaded'],
) => {
  for (let number = 1; number <= count; number++) await append(database, number, ...of(number))
  await eventually(async () => (await readFeedBounds(database)).last === count)
}

describeDrivers('the feed', (driver) => {
  it('answers an account’s own events page by page, in order, with their bytes, and then its end', async () => {
    const database = await driver.open()
    await appendAll(database, 9, (number) => [number % 3 === 0 ? theirs : ours, 'image.uploaded'])
    const feed = createFeed(database)
    const first = await feed.read(ours, { after: await feed.begin('oldest'), types: eventTypes, limit: 4 })
    expect(first.events.map(({ createdAt }) => createdAt)).toEqual([1, 2, 4, 5])
    expect(Buffer.from(first.events[0]?.body ?? []).toString()).toBe('{"number": 1, "text": "é"}')
    const second = await feed.read(ours, { after: first.next, types: eventTypes, limit: 4 })
    expect(second.events.map(({ createdAt }) => createdAt)).toEqual([7, 8])
    expect([second.next, second.more]).toEqual([9, false])
    expect(await feed.read(ours, { after: 9, types: eventTypes, limit: 4 })).toEqual({
      events: [],
      next: 9,
      more: false,
    })
    expect(await feed.begin('latest')).toBe(9)
  })

  it('looks at a bounded number of events of other types, and goes on from there', async () => {
    const database = await driver.open()
    const rare = (number: number): [string, EventType] => [ours, number === 2500 ? 'image.deleted' : 'image.uploaded']
    await Promise.all(Array.from({ length: 2500 }, (_, index) => append(database, index + 1, ...rare(index + 1))))
    await eventually(async () => (await readFeedBounds(database)).last === 2500)
    const feed = createFeed(database)
    const first = await feed.read(ours, { after: 0, types: ['image.deleted'], limit: 10 })
    expect(first).toEqual({ events: [], next: 2000, more: true })
    const second = await feed.read(ours, { after: first.next, types: ['image.deleted'], limit: 10 })
    expect(second.events.map(({ type }) => type)).toEqual(['image.deleted'])
    expect(second.more).toBe(false)
  })

  it('answers one image’s events alone, however many others stand between, and goes on behind each', async () => {
    const database = await driver.open()
    const types: readonly EventType[] = ['image.uploaded', 'image.updated', 'image.updated', 'image.deleted']
    for (let number = 1; number <= 12; number++) {
      const [type = 'image.updated'] = [types[(number - 1) / 3]].filter(Boolean)
      await append(database, number, ours, type, number % 3 === 1 ? 'my/photo' : `other ${number}`)
    }
    await append(database, 13, theirs, 'image.uploaded', 'my/photo')
    await eventually(async () => (await readFeedBounds(database)).last === 13)
    const feed = createFeed(database)
    const wish = { types: eventTypes, limit: 3, imageId: 'my/photo' }
    const first = await feed.read(ours, { ...wish, after: 0 })
    expect(first.events.map(({ createdAt }) => createdAt)).toEqual([1, 4, 7])
    expect([first.next, first.more]).toEqual([7, true])
    const second = await feed.read(ours, { ...wish, after: first.next })
    expect(second.events.map(({ createdAt, type }) => [createdAt, type])).toEqual([[10, 'image.deleted']])
    expect([second.next, second.more]).toEqual([13, false])
    const updates = await feed.read(ours, { ...wish, types: ['image.updated'], limit: 10, after: 0 })
    expect(updates.events.map(({ createdAt }) => createdAt)).toEqual([4, 7])
    expect((await feed.read(ours, { ...wish, imageId: 'my', after: 0 })).events).toEqual([])
  })

  it('refuses a cursor whose events were removed, and one that no event here has reached', async () => {
    const database = await driver.open()
    await appendAll(database, 6)
    const feed = createFeed(database)
    const retain = (position: number) =>
      database.write([
        { sql: 'delete from event_feed where position <= $1', parameters: [position] },
        { sql: 'update feed_retention set removed_through = $1', parameters: [position] },
      ])
    await retain(4)
    expect(await feed.begin('oldest')).toBe(4)
    await expect(feed.begin(3)).rejects.toMatchObject({ code: 'cursor_expired' })
    await expect(feed.read(ours, { after: 3, types: eventTypes, limit: 9 })).rejects.toMatchObject({
      code: 'cursor_expired',
    })
    expect((await feed.read(ours, { after: 4, types: eventTypes, limit: 9 })).events).toHaveLength(2)
    await expect(feed.begin(7)).rejects.toMatchObject({ code: 'bad_request', pointer: 'after' })
    await retain(6)
    expect([await feed.begin('oldest'), await feed.begin(6)]).toEqual([6, 6])
    await expect(feed.begin(5)).rejects.toMatchObject({ code: 'cursor_expired' })
  })

  it('wakes who follows at once by a notice, and within a second where that was lost', async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    let heard = 0
    const deaf = { read: database.read, listen: () => () => {} }
    const follower = createFeedWatch(database, { clock, log: recordingLog() }).follow(ours)
    const other = createFeedWatch(database, { clock, log: recordingLog() }).follow(theirs)
    const polling = createFeedWatch(deaf, { clock, log: recordingLog() }).follow(ours)
    const forever = new AbortController().signal
    const woken = follower.grown(86_400_000, forever)
    void other.grown(86_400_000, forever).then(() => (heard += 1))
    await append(database, 1)
    await woken
    expect(heard).toBe(0)
    let found = false
    void polling.grown(86_400_000, forever).then(() => (found = true))
    await eventually(() => {
      clock.advance(1000)
      return found
    })
    for (const each of [follower, other, polling]) each.close()
  })

  it('gives up waiting in time, and stops looking when nobody follows', async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    const before = clock.pendingCount()
    const watch = createFeedWatch(database, { clock, log: recordingLog() })
    const followers = Array.from({ length: followersPerAccount }, () => watch.follow(ours))
    expect(() => watch.follow(ours)).toThrow(/16 streams/)
    watch.follow(theirs).close()
    const leaving = new AbortController()
    const [first, second] = followers
    const waited = [first?.grown(500, leaving.signal), second?.grown(86_400_000, leaving.signal)]
    clock.advance(500)
    await waited[0]
    leaving.abort()
    await waited[1]
    first?.close()
    first?.close()
    watch.follow(ours).close()
    for (const follower of followers) follower.close()
    expect(clock.pendingCount()).toBe(before)
  })
})
