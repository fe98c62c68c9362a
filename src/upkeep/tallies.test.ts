import { expect, test } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { eventually } from '../../test/ground/engine.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { emptyTally } from '../domain/tally.ts'
import type { Database } from '../store/database.ts'
import { appendEvent } from '../store/events.ts'
import {
  hourSpanMs,
  minuteSpanMs,
  putTallyParts,
  readTallies,
  readUploadCursor,
  readUploadTallies,
} from '../store/tallies.ts'
import { countNewUploads, deleteOldTallies } from './tallies.ts'

const minuteMs = 60_000
const signal = new AbortController().signal

const append = (database: Database, count: number, createdAt: number, type: 'image.uploaded' | 'image.deleted') => {
  const id = `evt_${String(count).padStart(8, '0')}`
  const imageId = `image-${count}`
  const event = { id, accountId: 'a', type, imageId, createdAt, test: false, body: Buffer.from('{}') }
  return database.write(appendEvent(event, createdAt))
}

describeDrivers('the tallies', (driver) => {
  test('count each upload once, by its minute and hour, when several count at once', async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    const start = clock.now() - (clock.now() % hourSpanMs)
    for (let count = 0; count < 12; count++)
      await append(database, count, start + count * 10 * minuteMs, count % 4 === 3 ? 'image.deleted' : 'image.uploaded')
    await eventually(async () => (await readUploadCursor(database)).lastPosition === 12)
    await Promise.all([1, 2, 3].map(() => countNewUploads({ database, clock }, signal)))
    await countNewUploads({ database, clock }, signal)
    expect(await readUploadTallies(database, 'a', hourSpanMs, start)).toEqual([
      { bucketAt: start, imageCount: 5 },
      { bucketAt: start + hourSpanMs, imageCount: 4 },
    ])
    expect((await readUploadTallies(database, 'a', minuteSpanMs, start)).map(({ imageCount }) => imageCount)).toEqual(
      Array.from({ length: 9 }, () => 1),
    )
    expect(await readUploadCursor(database)).toEqual({ countedTo: 12, lastPosition: 12 })
  })

  test('are deleted when no window reaches back to them: minutes after a day, hours after a month', async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    const bucketAt = clock.now() - (clock.now() % hourSpanMs)
    for (const spanMs of [minuteSpanMs, hourSpanMs])
      await database.write(putTallyParts([{ subjectId: 'a', spanMs, bucketAt, part: 'p', tally: emptyTally }]))
    const left = async (): Promise<number[]> => {
      await deleteOldTallies({ database, clock }, signal)
      return Promise.all(
        [minuteSpanMs, hourSpanMs].map(async (spanMs) => (await readTallies(database, 'a', spanMs, 0)).length),
      )
    }
    clock.advance(24 * hourSpanMs)
    expect(await left()).toEqual([1, 1])
    clock.advance(3 * hourSpanMs)
    expect(await left()).toEqual([0, 1])
    clock.advance(30 * 24 * hourSpanMs)
    expect(await left()).toEqual([0, 0])
  })
})
