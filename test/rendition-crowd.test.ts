import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { findFreePort } from '../scripts/demo/free-port.ts'
import { newTenant, startServer } from '../scripts/demo/server-process.ts'
import { shortRetrySchedule } from '../scripts/demo/stage.ts'
import { painting } from '../scripts/sample-images.ts'
import { temporaryFolder } from './ground/temporary.ts'

/** Made at once, one for each core, and waiting for their turn. */
const places = availableParallelism() + 64
const crowd = Math.max(200, 2 * places)
/** What `docs/serving.md` says of memory. */
const boundBytes = availableParallelism() * 1e9

/** The most memory a process ever held. */
const peakBytes = (processId: number): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1]) * 1024

test('200 renditions at once stay within the bound of memory; who finds no place is asked to come again', async () => {
  const tenant = newTenant()
  const server = await startServer({
    dataFolder: temporaryFolder(),
    port: await findFreePort(),
    tenant,
    retrySchedule: shortRetrySchedule,
  })
  onTestFinished(() => server.stop())
  const api = `${server.url}/client/v4/accounts/${tenant.accountId}/images/v1`
  const authorization = `Bearer ${tenant.apiToken}`
  await fetch(`${api}/config`, {
    method: 'PATCH',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ flexible_variants: true }),
  })
  // A progressive JPEG has to be held whole: 200 of them at once would take over 4 GB.
  const scene = { width: 3000, height: 2400, channels: 3, sun: 0.5 } as const
  const photo = await painting(scene).jpeg({ quality: 50, progressive: true }).toBuffer()
  const body = new FormData()
  body.append('file', new File([new Uint8Array(photo)], 'photo.jpg'))
  const { result } = await (await fetch(api, { method: 'POST', headers: { authorization }, body })).json()
  const at = String(result.variants[0]).replace(/[^/]+$/, '')

  const answers = await Promise.all(
    Array.from({ length: crowd }, async (_, index) => {
      const response = await fetch(`${at}w=${100 + index},f=jpeg`)
      await response.arrayBuffer()
      return response
    }),
  )
  const made = answers.filter(({ status }) => status === 200)
  const sentAway = answers.filter(({ status }) => status === 503)
  expect(made.length + sentAway.length).toBe(crowd)
  expect(made.length).toBeGreaterThanOrEqual(places)
  expect(sentAway.length).toBeGreaterThan(0)
  expect(new Set(sentAway.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['2']))
  expect(new Set(sentAway.map(({ headers }) => headers.get('cf-resized')))).toEqual(new Set(['err=9522']))
  expect(peakBytes(server.id)).toBeLessThan(boundBytes)
})
