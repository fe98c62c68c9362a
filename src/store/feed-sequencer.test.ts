import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { makePostgresDatabase } from '../../test/ground/drivers.ts'
import { systemClock } from '../domain/clock.ts'
import { silentLog } from '../telemetry/log.ts'
import { appendToFeed } from './feed.ts'
import { openPostgres } from './postgres.ts'
import { number, text } from './row.ts'

const writerCount = 8
const eventsPerWriter = 60

/** A node of a cluster that takes its turns at numbering. */
const openNode = (url: string) => {
  const database = openPostgres({ url, clock: systemClock, log: silentLog })
  database.sequence()
  onTestFinished(() => database.close())
  return database
}

it('shows every event once, in order and without a gap to a reader that polls by cursor, however writers commit', async () => {
  const url = await makePostgresDatabase()
  const nodes = [openNode(url), openNode(url), openNode(url)]
  const { sql } = appendToFeed('', '')
  let writing = writerCount

  /** Holds each event open for a random number of round trips, so that they commit in another order than they began. */
  const write = async (writer: number): Promise<void> => {
    const client = new Client({ connectionString: url })
    await client.connect()
    for (let count = 0; count < eventsPerWriter; count++) {
      await client.query('begin')
      await client.query(sql, [`evt_${String(count).padStart(4, '0')}_${writer}`, 'a'])
      for (let trips = Math.floor(Math.random() * 12); trips > 0; trips--) await client.query('select 1')
      await client.query(count % 10 === 9 ? 'rollback' : 'commit')
    }
    await client.end()
    writing -= 1
  }

  const writers = Promise.all(Array.from({ length: writerCount }, (_, writer) => write(writer)))
  const own = (async () => {
    for (let count = 0; count < eventsPerWriter; count++)
      await nodes[count % nodes.length]?.write([appendToFeed(`evt_own_${count}`, 'a')])
  })()
  const expected = writerCount * eventsPerWriter * 0.9 + eventsPerWriter
  const seen: { position: number; id: string }[] = []
  while (seen.length < expected) {
    const rows = await nodes[0]?.read(
      'select event_id, position from event_feed where position > $1 order by position limit 7',
      [seen.at(-1)?.position ?? 0],
    )
    for (const row of rows ?? []) seen.push({ position: number(row, 'position'), id: text(row, 'event_id') })
  }
  await Promise.all([writers, own])
  expect(writing).toBe(0)
  expect(seen.map(({ position }) => position)).toEqual(Array.from({ length: expected }, (_, index) => index + 1))
  expect(new Set(seen.map(({ id }) => id)).size).toBe(expected)
})

it('numbers what a process left behind that died between its commit and its turn', async () => {
  const url = await makePostgresDatabase()
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(appendToFeed('', '').sql, ['evt_1', 'a'])
  await client.end()
  const node = openNode(url)
  const numbered = () => node.read('select event_id from event_feed where position = 1', [])
  while ((await numbered()).length === 0);
  expect(await numbered()).toEqual([{ event_id: 'evt_1' }])
})
