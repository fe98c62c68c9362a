import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { run } from './ground/command.ts'
import { answer } from './ground/reactions.ts'
import { type ReceivedRequest, testReceiver } from './ground/receiver.ts'
import { startServer, testAccount, type TestServer } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

const imageCount = 12

/** What two servers must agree on. */
const contents = async (server: TestServer) => {
  const { result } = await server.call('GET', '/images/v2?sort_order=asc')
  const images: readonly Record<string, unknown>[] = result.images
  const variants = (await server.call('GET', '/images/v1/variants')).result
  return { images: images.map((image) => ({ ...image, id: String(image['id']), variants: undefined })), variants }
}

/** A source with images of every kind, something between it and its clients that may fail, and an empty target. */
const ground = async () => {
  const source = await startServer({ listen: true })
  const target = await startServer({ listen: true })
  const { bytes } = await sampleImage('webp')
  const ids: string[] = []
  for (let index = 0; index < imageCount; index++) {
    const fields: Record<string, string> =
      index % 3 === 0
        ? { id: `albums/sömmer/${index}`, metadata: `{"index":${index}}`, creator: 'ada' }
        : { requireSignedURLs: String(index % 3 === 1) }
    ids.push((await source.upload(bytes, `ship ${index}.webp`, fields)).result.id)
  }
  await source.call('POST', '/images/v1/variants', { id: 'hero', options: { fit: 'cover', width: 300, height: 200 } })
  await source.call('PATCH', '/images/v1/variants/public', { options: { width: 900 } })
  await source.call('PUT', '/images/v1/keys/second')

  let fault: (request: ReceivedRequest) => ReturnType<typeof answer> | undefined = () => undefined
  const between = await testReceiver({
    respond: async (request) => {
      const broken = fault(request)
      if (broken) return broken
      const response = await fetch(`${source.url}${request.path}`, {
        headers: { authorization: request.headers.authorization ?? '' },
      })
      const body = new Uint8Array(await response.arrayBuffer())
      return answer(response.status, body, { 'content-type': response.headers.get('content-type') ?? '' })
    },
  })

  const folder = temporaryFolder()
  const fromHere = ['import', '--from', 'cloudflare', '--from-account', testAccount.accountId]
  const there = ['--from-url', `${between.url}/client/v4`, '--url', target.url, '--json']
  const start = (words: readonly string[] = [], started?: (kill: (signal?: NodeJS.Signals) => void) => void) =>
    run([...fromHere, ...there, ...words], {
      folder,
      environment: {
        CLOUDFLARE_API_TOKEN: testAccount.apiToken,
        IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
        IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
      },
      ...(started && { started }),
    })
  return {
    source,
    target,
    ids,
    bytes,
    folder,
    start,
    failWith(next: typeof fault) {
      fault = next
    },
    blobRequests: () => between.received.filter(({ path }) => path.endsWith('/blob')).length,
  }
}

test('an account comes over whole, killed half-way and gone on with, and nothing is sent', async () => {
  const { source, target, bytes, folder, start, failWith, blobRequests } = await ground()
  let kill = (): void => {}
  failWith(() => {
    if (blobRequests() === imageCount / 2) kill()
    return undefined
  })
  const killed = await start(['--concurrency', '2'], (given) => {
    kill = given
  })
  expect(killed.code).toBe('SIGKILL')
  failWith(() => undefined)
  const before = blobRequests()
  const resumed = await start()
  expect(resumed.code).toBe(0)
  const report = JSON.parse(resumed.printed)
  expect(report).toMatchObject({ variants: 2, keys: 2, failed: [] })
  expect(report.imported + report.present).toBe(imageCount)
  expect(report.present).toBeGreaterThan(0)
  // What the journal names was not fetched again.
  expect(blobRequests() - before).toBeLessThan(imageCount)

  expect(await contents(target)).toEqual(await contents(source))
  const keysOf = async (server: TestServer) => (await server.call('GET', '/images/v1/keys')).result
  expect(await keysOf(target)).toEqual(await keysOf(source))
  for (const { id } of (await contents(target)).images) {
    const path = `/client/v4/accounts/${testAccount.accountId}/images/v1/${encodeURIComponent(id)}/blob`
    const blob = await fetch(`${target.url}${path}`, { headers: { authorization: `Bearer ${testAccount.apiToken}` } })
    expect(Buffer.from(await blob.arrayBuffer()).equals(bytes)).toBe(true)
  }
  expect((await target.call('GET', '/images/v1/webhooks/events')).result.events).toEqual([])

  const journal = readFileSync(join(folder, `imagehooks-import-${testAccount.accountId}.jsonl`), 'utf8')
  expect(journal).not.toContain(testAccount.apiToken)
  const third = JSON.parse((await start()).printed)
  expect(third).toMatchObject({ imported: 0, present: imageCount })
})

test('Ctrl-C lets what is on its way be the last, and the next run brings the rest', async () => {
  const { source, target, start, failWith, blobRequests } = await ground()
  let interrupt: (signal: NodeJS.Signals) => void = () => {}
  failWith(() => {
    if (blobRequests() === 3) interrupt('SIGINT')
    return undefined
  })
  const stopped = await start(['--concurrency', '1'], (kill) => {
    interrupt = kill
  })
  const { imported, failed } = JSON.parse(stopped.printed)
  expect([stopped.code, failed]).toEqual([130, []])
  expect((await contents(target)).images).toHaveLength(imported)
  expect(imported).toBeLessThan(imageCount)
  failWith(() => undefined)
  expect(JSON.parse((await start()).printed)).toMatchObject({ imported: imageCount - imported, present: imported })
  expect(await contents(target)).toEqual(await contents(source))
})

test('an image whose bytes fail is told with its mend, a server that asks for patience is waited for', async () => {
  const { ids, target, start, failWith } = await ground()
  const [lost = '', busy = ''] = ids
  let asked = 0
  failWith(({ path }) => {
    if (path.endsWith(`/${encodeURIComponent(lost)}/blob`)) return answer(404, '{}')
    if (path.endsWith(`/${busy}/blob`) && asked++ < 2) return answer(429, '{}', { 'retry-after': '0' })
    return undefined
  })
  const first = await start()
  expect(first.code).toBe(1)
  expect(JSON.parse(first.printed)).toMatchObject({
    imported: imageCount - 1,
    failed: [
      { id: lost, problem: 'The source answered 404 for the bytes.', fix: expect.stringContaining('upload it') },
    ],
  })
  expect(asked).toBe(3)
  expect((await contents(target)).images).toHaveLength(imageCount - 1)
  failWith(() => undefined)
  const second = await start(['--events'])
  expect([second.code, JSON.parse(second.printed).imported]).toEqual([0, 1])
  const { events } = (await target.call('GET', '/images/v1/webhooks/events')).result
  expect(events).toHaveLength(1)
})

test('what ends all says so in a sentence, and a journal serves one move only', async () => {
  const { start, failWith, folder } = await ground()
  failWith(() => answer(401, '{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}'))
  expect(await start()).toMatchObject({ code: 1, said: expect.stringContaining('Authentication error') })
  const journal = join(folder, `imagehooks-import-${testAccount.accountId}.jsonl`)
  expect(await start(['--journal', journal, '--from-account', '0'.repeat(32)])).toMatchObject({
    code: 1,
    said: expect.stringContaining('is the journal of another import'),
  })
  const words = ['import', '--from', 'cloudflare', '--from-account', testAccount.accountId]
  expect(await run(words)).toMatchObject({ code: 1, said: expect.stringContaining('CLOUDFLARE_API_TOKEN') })
})
