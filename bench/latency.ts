import { createServer } from 'node:http'
import { sampleImage } from '../scripts/sample-images.ts'
import { benchAccount, benchSecret } from './backlog.ts'
import { percentile } from './figures.ts'
import { startProgram } from './processes.ts'
import { steadyUploads } from './steady-uploads.ts'

export type Latency = {
  readonly uploadP50Ms: number
  readonly uploadP99Ms: number
  /** From the answer to the upload until its webhook had arrived; a webhook that was there before counts as 0. */
  readonly webhookP50Ms: number
  readonly webhookP95Ms: number
  readonly webhookP99Ms: number
  /** Uploads that were not taken, and webhooks that had not come ten seconds after the last upload. */
  readonly refused: number
  readonly missing: number
}

/** Uploads small images at a steady rate to a server in a process of its own and watches their webhooks arrive. */
export const measureLatency = async (
  perSecond: number,
  count: number,
  progress: (done: number) => void,
  /** Uploads go to an API node on this database, whose workers run already; default: one server for all. */
  databaseUrl?: string,
): Promise<Latency> => {
  const arrived = new Map<string, number>()
  const all = Promise.withResolvers<void>()
  let expected = Number.POSITIVE_INFINITY
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const id = String(JSON.parse(Buffer.concat(chunks).toString()).image.id)
      if (!arrived.has(id)) arrived.set(id, performance.now())
      response.end('ok')
      if (arrived.size === expected) all.resolve()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const address = receiver.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  const server = await startProgram('serve.ts', ...(databaseUrl === undefined ? [] : ['--database-url', databaseUrl]))
  const api = `${server.line}/client/v4/accounts/${benchAccount.accountId}/images/v1`
  const authorization = `Bearer ${benchAccount.apiToken}`
  await fetch(`${api}/webhooks`, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `http://127.0.0.1:${address.port}/`, secret: benchSecret }),
  })
  const { bytes } = await sampleImage('webp')
  const uploadMs: number[] = []
  const answered = new Map<string, number>()
  const uploads = steadyUploads(server.line, bytes, (id, tookMs) => {
    uploadMs.push(tookMs)
    answered.set(id, performance.now())
    progress(answered.size)
  })
  await uploads.run(perSecond, (begun) => begun < count)
  expected = answered.size
  if (arrived.size < expected) await Promise.race([all.promise, new Promise((resolve) => setTimeout(resolve, 10_000))])
  await server.stop()
  receiver.closeAllConnections()
  receiver.close()
  const webhookMs = [...answered].flatMap(([id, at]) => {
    const came = arrived.get(id)
    return came === undefined ? [] : [Math.max(0, came - at)]
  })
  return {
    uploadP50Ms: percentile(uploadMs, 0.5),
    uploadP99Ms: percentile(uploadMs, 0.99),
    webhookP50Ms: percentile(webhookMs, 0.5),
    webhookP95Ms: percentile(webhookMs, 0.95),
    webhookP99Ms: percentile(webhookMs, 0.99),
    refused: uploads.refusedCount(),
    missing: answered.size - webhookMs.length,
  }
}
