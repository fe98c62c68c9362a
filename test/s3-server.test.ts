import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import type { S3Place } from '../src/blobs/s3-client.ts'
import { openS3BlobStore } from '../src/blobs/s3.ts'
import { systemClock } from '../src/domain/clock.ts'
import { systemRandom } from '../src/domain/random.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { useS3 } from './ground/s3.ts'
import { type S3Fault, s3Proxy } from './ground/s3-proxy.ts'
import { startServer } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

const s3 = useS3()

const serverOn = (place: S3Place) =>
  startServer({ config: { blobs: { kind: 's3', ...place, credentials: s3().credentials } } })

/** How many blobs the storage holds. */
const blobCount = async (place: S3Place): Promise<number> => {
  const store = await openS3BlobStore({
    place,
    credentials: s3().credentials,
    folder: temporaryFolder(),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  })
  let count = 0
  for await (const blob of store.list({ olderThanMs: -3_600_000 })) count += blob.key.length > 0 ? 1 : 0
  return count
}

/** Files below a folder of the server's data. */
const filesIn = (...path: string[]): string[] =>
  readdirSync(join(...path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

const renditions = (dataFolder: string): string[] =>
  filesIn(dataFolder, 'renditions').filter((name) => /^[0-9a-f]{32}-/.test(name))

describe('a server with its blobs in S3-compatible storage', () => {
  it('keeps, serves and removes images there, with renditions on its own disk', async () => {
    const place = s3().newPlace()
    const server = await serverOn(place)
    const { bytes } = await sampleImage('photo')
    const uploaded = await server.upload(bytes, 'photo.jpg')
    expect(uploaded).toMatchObject({ status: 200, success: true })
    expect(await blobCount(place)).toBe(1)
    expect(filesIn(server.dataFolder, 'blobs')).toEqual([])

    const { id, variants } = uploaded.result
    const variant = await server.server.fetch(new Request(variants[0]))
    expect([variant.status, variant.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect((await variant.arrayBuffer()).byteLength).toBeGreaterThan(100)
    await expect.poll(() => renditions(server.dataFolder)).toHaveLength(1)

    const original = await server.server.fetch(
      new Request(`${server.url}/client/v4/accounts/${server.config.bootstrap?.accountId}/images/v1/${id}/blob`, {
        headers: { authorization: `Bearer ${server.config.bootstrap?.apiToken}` },
      }),
    )
    expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true)

    expect(await server.call('DELETE', `/images/v1/${id}`)).toMatchObject({ status: 200, success: true })
    expect(await blobCount(place)).toBe(0)
    expect(renditions(server.dataFolder)).toEqual([])
  })

  it('leaves nothing there of an upload that is refused', async () => {
    const place = s3().newPlace()
    const server = await serverOn(place)
    expect((await server.upload(Buffer.from('not an image'), 'photo.jpg')).status).toBe(415)
    expect(await blobCount(place)).toBe(0)
    expect(filesIn(server.dataFolder, 'blobs')).toEqual([])
  })

  it('says when the storage cannot be used, asks to come again, and goes on when it can', async () => {
    const proxy = await s3Proxy(s3().newPlace())
    const server = await serverOn(proxy.place)
    const refused: S3Fault = { kind: 'answer', status: 403, code: 'AccessDenied' }
    const ready = () => server.server.fetch(new Request(`${server.url}/health/ready`))
    proxy.plan(refused, refused)
    const unready = await ready()
    expect([unready.status, await unready.text()]).toEqual([503, expect.stringContaining('AccessDenied')])
    const { bytes } = await sampleImage('photo')
    const failed = await server.upload(bytes)
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '2'])
    expect(failed.errors[0]?.message).toBe('The image storage cannot be used at the moment; try again later.')
    expect(filesIn(server.dataFolder, 'blobs')).toEqual([])
    expect((await ready()).status).toBe(200)
    const askedCount = proxy.seen.length
    expect((await ready()).status).toBe(200)
    expect(proxy.seen, 'a good answer is kept for some seconds').toHaveLength(askedCount)
    expect((await server.upload(bytes)).status).toBe(200)
    expect(server.log.lines.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['The image storage fails', 'The image storage works again']),
    )
  })
})
