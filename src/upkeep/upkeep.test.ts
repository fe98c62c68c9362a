import { expect, test } from 'vitest'
import { openDiskBlobStore } from '../blobs/disk.ts'
import { systemRandom } from '../domain/random.ts'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { insertImage } from '../store/images.ts'
import { recordingLog } from '../telemetry/log.ts'
import { sweep } from './sweep.ts'
import { createUpkeep } from './upkeep.ts'

const dayMs = 24 * 3_600_000

const source = async function* (text: string) {
  yield Buffer.from(text)
}

describeDrivers('the sweep', (driver) => {
  const open = async () => {
    const clock = fakeClock()
    const database = await driver.open(clock)
    const blobs = await openDiskBlobStore({ folder: temporaryFolder(), clock, random: systemRandom })
    const keep = async (text: string) => (await blobs.createTemporary(source(text), { maxBytes: 100 })).makePermanent()
    const name = (blobKey: string) =>
      database.write([
        insertImage({
          accountId: 'a',
          id: blobKey,
          filename: '',
          format: 'png',
          width: 1,
          height: 1,
          sizeBytes: 1,
          blobKey,
          digest: '',
          meta: null,
          creator: null,
          requireSignedURLs: false,
          uploadedAt: 1,
        }),
      ])
    return { clock, database, blobs, log: recordingLog(), keep, name }
  }

  test('removes blobs without a row that are a day old, and nothing else', async () => {
    const { keep, name, ...parts } = await open()
    const named = await keep('named')
    const lost = await keep('lost')
    await name(named)
    parts.clock.advance(dayMs - 1000)
    const young = await keep('young')
    expect(await sweep(parts)).toMatchObject({ blobCount: 0, temporaryCount: 0 })
    parts.clock.advance(1000)
    expect(await sweep(parts)).toMatchObject({ blobCount: 1, temporaryCount: 0 })
    expect(await parts.blobs.readAll(lost, 100)).toBeUndefined()
    expect(await parts.blobs.readAll(named, 100)).toBeDefined()
    expect(await parts.blobs.readAll(young, 100)).toBeDefined()
  })

  test('removes nothing when most blobs are of another database, and says so', async () => {
    const { keep, ...parts } = await open()
    for (let count = 0; count < 101; count++) await keep('x')
    parts.clock.advance(dayMs)
    expect(await sweep(parts)).toMatchObject({ blobCount: 0, temporaryCount: 0 })
    expect(parts.log.lines).toMatchObject([{ level: 'error', fields: { orphanCount: 101 } }])
  })

  test('runs a minute after the start and then every hour, and rests when it is stopped', async () => {
    const { keep, name: _, ...parts } = await open()
    await keep('lost')
    parts.clock.advance(dayMs)
    const upkeep = createUpkeep(parts)
    upkeep.start()
    const lines = () => parts.log.lines.length
    parts.clock.advance(59_999)
    await keep('lost later')
    expect(lines()).toBe(0)
    parts.clock.advance(1)
    await expect.poll(lines).toBe(1)
    expect(parts.log.lines).toMatchObject([{ level: 'info', fields: { blobCount: 1 } }])
    const anHourLater = (): number => {
      parts.clock.advance(3_600_000)
      return lines()
    }
    await expect.poll(anHourLater, { timeout: 30_000 }).toBe(2)
    await upkeep.stop()
    expect(parts.clock.pendingCount()).toBe(0)
  })
})
