import { expect, test } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import type { Event } from '../domain/event.ts'
import type { Database } from '../store/database.ts'
import { insertEvent } from '../store/events.ts'
import { createEventReader } from './event-reader.ts'

const eventOf = (index: number): Event => ({
  id: `evt_${String(index).padStart(4, '0')}`,
  accountId: 'a',
  type: 'image.uploaded',
  imageId: `image ${index}`,
  createdAt: index,
  test: false,
  body: new TextEncoder().encode(`{"index":${index}}`),
})

/** One driver's bytes are a Buffer. */
const plain = (found: readonly (Event | undefined)[]) =>
  found.map((event) => event && { ...event, body: new Uint8Array(event.body) })

describeDrivers('events that are about to be sent', (driver) => {
  const open = async (count: number) => {
    const database = await driver.open()
    const events = Array.from({ length: count }, (_, index) => eventOf(index))
    await database.write(events.map(insertEvent))
    let reads = 0
    const counted: Database = {
      ...database,
      read(sql, parameters) {
        reads += 1
        return database.read(sql, parameters)
      },
    }
    return { events, counted, reads: () => reads }
  }

  test('are read together, each its own, whatever their number', async () => {
    const { events, counted, reads } = await open(150)
    const read = createEventReader(counted)
    expect(plain(await Promise.all(events.map(({ id }) => read(id))))).toEqual(events)
    // 64, 64, 16, 4, 1, 1.
    expect(reads()).toBe(6)
  })

  test('are read once for all who ask at once, and anew for whoever asks later', async () => {
    const { events, counted, reads } = await open(1)
    const read = createEventReader(counted)
    expect(plain(await Promise.all(['evt_0000', 'evt_0000', 'evt_gone'].map(read)))).toEqual([
      events[0],
      events[0],
      undefined,
    ])
    expect(reads()).toBe(2)
    expect(plain([await read('evt_0000')])).toEqual(events)
    expect(reads()).toBe(3)
  })

  test('are not found for anybody when the database cannot be read, and are the next time', async () => {
    const { events, counted } = await open(2)
    let away = true
    const read = createEventReader({
      ...counted,
      read: (sql, parameters) => (away ? Promise.reject(new Error('away')) : counted.read(sql, parameters)),
    })
    const asked = await Promise.allSettled(events.map(({ id }) => read(id)))
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    away = false
    expect(plain(await Promise.all(events.map(({ id }) => read(id))))).toEqual(events)
  })
})
