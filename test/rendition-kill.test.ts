import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { findFreePort } from '../scripts/demo/free-port.ts'
import { startMortalServer } from '../scripts/demo/mortal-server.ts'
import { newTenant } from '../scripts/demo/server-process.ts'
import { shortRetrySchedule } from '../scripts/demo/stage.ts'
import { sampleImage } from '../scripts/sample-images.ts'
import { temporaryFolder } from './ground/temporary.ts'

const killCount = 5
const widthsPerLife = 24

/** The renditions that lie where they are answered from; what is half written lies elsewhere. */
const cachedFiles = (dataFolder: string): Buffer[] => {
  const root = join(dataFolder, 'renditions')
  const shards = readdirSync(root).filter((name) => name.length === 2)
  return shards.flatMap((shard) => readdirSync(join(root, shard)).map((name) => readFileSync(join(root, shard, name))))
}

test('kill -9 while renditions are made leaves none by half', { timeout: 120_000 }, async () => {
  const dataFolder = join(temporaryFolder(), 'server')
  mkdirSync(dataFolder)
  const tenant = newTenant()
  const port = await findFreePort()
  const server = await startMortalServer({ dataFolder, port, tenant, retrySchedule: shortRetrySchedule })
  onTestFinished(() => server.stop())
  const api = `${server.url}/client/v4/accounts/${tenant.accountId}/images/v1`
  const headers = { authorization: `Bearer ${tenant.apiToken}` }
  await fetch(`${api}/config`, {
    method: 'PATCH',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ flexible_variants: true }),
  })
  const { bytes } = await sampleImage('photo')
  const body = new FormData()
  body.append('file', new File([new Uint8Array(bytes)], 'photo.jpg'))
  const { result } = await (await fetch(api, { method: 'POST', headers, body })).json()
  const { pathname } = new URL(result.variants[0])
  const rendition = (width: number): string =>
    `${server.url}${pathname.slice(0, pathname.lastIndexOf('/'))}/w=${width},f=webp`

  let keptCount = 0
  for (let life = 1; life <= killCount; life++) {
    const widths = Array.from({ length: widthsPerLife }, (_, index) => 20 + life * widthsPerLife + index)
    const enough = Promise.withResolvers<void>()
    let answeredCount = 0
    // Each life dies at another number of answers, with the rest in work.
    const asking = widths.map(async (width) => {
      const response = await fetch(rendition(width))
      await response.arrayBuffer()
      answeredCount += 1
      if (answeredCount >= life) enough.resolve()
    })
    const asked = Promise.allSettled(asking)
    await enough.promise
    await server.killAndRevive(async () => {
      const files = cachedFiles(dataFolder)
      keptCount = files.length
      for (const file of files) {
        expect(file.readUInt32BE(4)).toBe(crc32(file.subarray(8)))
        expect(await sharp(file.subarray(8)).metadata()).toMatchObject({ format: 'webp' })
      }
    })
    await asked
    for (const width of widths) {
      const response = await fetch(rendition(width))
      const shown = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
      expect([response.status, shown.width]).toEqual([200, width])
    }
  }
  expect(keptCount).toBeGreaterThanOrEqual((killCount - 1) * widthsPerLife)
})
