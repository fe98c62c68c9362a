/**
 * `npm run soak -- --minutes 20`: a steady life (uploads, webhooks to a healthy and to a failing receiver, deletes,
 * retention) and whether the server's memory and its database stay as they are. The first half is for warming up; in the
 * second the curves have to be flat.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { sampleImage } from '../scripts/sample-images.ts'
import { benchAccount, benchSecret } from './backlog.ts'
import { numberOf } from './commands.ts'
import { median } from './figures.ts'
import { startProgram, stopAll } from './processes.ts'

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    rate: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
})
const durationMs = Number(options.minutes) * 60_000
const perSecond = Number(options.rate)
const imageLifeMs = 60_000
const sampleEveryMs = 5000
/** What a curve may rise by in the second half and still be flat. */
const flatShare = 0.1

type Sample = { readonly rssBytes: number; readonly heapBytes: number; readonly databaseBytes: number }

const listen = async (status: number): Promise<{ readonly server: Server; readonly url: string }> => {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.statusCode = status
      response.end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  return { server, url: `http://127.0.0.1:${address.port}/` }
}

const blocks = '▁▂▃▄▅▆▇█'

/** A curve in one line, from its least to its greatest value. */
const curve = (values: readonly number[], width = 60): string => {
  const size = Math.max(1, Math.ceil(values.length / width))
  const means = Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    median(values.slice(index * size, (index + 1) * size)),
  )
  const [least, most] = [Math.min(...means), Math.max(...means)]
  return means.map((value) => blocks[Math.round(((value - least) / (most - least || 1)) * 7)]).join('')
}

/** The least of every dozen values: what is left after garbage was collected. */
const lows = (values: readonly number[]): readonly number[] =>
  Array.from({ length: Math.ceil(values.length / 12) }, (_, index) =>
    Math.min(...values.slice(index * 12, (index + 1) * 12)),
  )

/** How much higher the last quarter lies than the third, as a share. */
const rise = (values: readonly number[]): number => {
  const quarter = Math.floor(values.length / 4)
  const [third, last] = [median(values.slice(2 * quarter, 3 * quarter)), median(values.slice(3 * quarter))]
  return (last - third) / third
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`

const tell = (name: string, values: readonly number[]): boolean => {
  const share = rise(values)
  const flat = share <= flatShare
  const word = styleText(flat ? 'green' : 'red', flat ? 'flat' : 'rising', { stream: process.stdout })
  console.log(
    `${name.padEnd(9)} ${curve(values)}  ${megabytes(Math.min(...values))} to ${megabytes(Math.max(...values))}, at last ${megabytes(values.at(-1) ?? 0)}; last quarter ${(share * 100).toFixed(1)} % over the third: ${word}`,
  )
  return flat
}

const live = async (url: string, until: number): Promise<{ uploaded: number; removed: number; failed: number }> => {
  const api = `${url}/client/v4/accounts/${benchAccount.accountId}/images/v1`
  const headers = { authorization: `Bearer ${benchAccount.apiToken}` }
  const { bytes } = await sampleImage('webp')
  const counts = { uploaded: 0, removed: 0, failed: 0 }
  const uploadAndRemove = async (): Promise<void> => {
    const form = new FormData()
    form.append('file', new File([new Uint8Array(bytes)], 'photo.webp'))
    form.append('metadata', '{"album":"soak"}')
    const response = await fetch(api, { method: 'POST', headers, body: form })
    const { result } = await response.json()
    if (!response.ok) {
      counts.failed += 1
      return
    }
    counts.uploaded += 1
    await fetch(String(result.variants[0])).then((rendition) => rendition.arrayBuffer())
    await new Promise((resolve) => setTimeout(resolve, imageLifeMs))
    const removal = await fetch(`${api}/${result.id}`, { method: 'DELETE', headers })
    if (removal.ok) counts.removed += 1
    await removal.arrayBuffer()
  }
  const all = new Set<Promise<void>>()
  for (let next = performance.now(); performance.now() < until; next += 1000 / perSecond) {
    const waitMs = next - performance.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    const one = uploadAndRemove().catch(() => void (counts.failed += 1))
    all.add(one)
    void one.finally(() => all.delete(one))
  }
  await Promise.all(all)
  return counts
}

const folder = mkdtempSync(join(tmpdir(), 'imagehooks-soak-'))
const receivers = [await listen(200), await listen(500)]
process.once('SIGINT', () => {
  stopAll()
  rmSync(folder, { recursive: true, force: true })
  process.exit(130)
})
try {
  const server = await startProgram('soak-server.ts', folder)
  for (const { url } of receivers) {
    const body = JSON.stringify({ url, secret: benchSecret, events: ['image.uploaded', 'image.deleted'] })
    const path = `/client/v4/accounts/${benchAccount.accountId}/images/v1/webhooks`
    await fetch(server.line + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${benchAccount.apiToken}` },
      body,
    })
  }
  const samples: Sample[] = []
  const sampler = setInterval(() => {
    void server.ask('memory').then((memory) => {
      const [rssBytes, heapBytes] = [numberOf(memory, 'rssBytes'), numberOf(memory, 'heapBytes')]
      samples.push({ rssBytes, heapBytes, databaseBytes: statSync(join(folder, 'imagehooks.db')).size })
      if (process.stderr.isTTY)
        process.stderr.write(`\r\u001b[K${samples.length * (sampleEveryMs / 1000)} s  ${megabytes(rssBytes)}`)
    })
  }, sampleEveryMs)
  const counts = await live(server.line, performance.now() + durationMs)
  clearInterval(sampler)
  await server.stop()
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  if (options.json) console.log(JSON.stringify({ counts, samples }))
  else {
    console.log(`${options.minutes} minutes at ${perSecond} uploads/s: ${JSON.stringify(counts)}`)
    const flat = [
      tell(
        'memory',
        samples.map(({ rssBytes }) => rssBytes),
      ),
      tell('heap', lows(samples.map(({ heapBytes }) => heapBytes))),
      tell(
        'database',
        samples.map(({ databaseBytes }) => databaseBytes),
      ),
    ]
    if (!flat.every(Boolean) || counts.failed > 0) process.exitCode = 1
  }
} finally {
  stopAll()
  for (const { server } of receivers) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true, force: true })
}
