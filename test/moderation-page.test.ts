import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { startLocalWorker } from '../scripts/local-worker.ts'
import { linkPackages, writePageFiles } from './ground/page-files.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, testAccount } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const secret = 'secret of the page'
const reviewToken = 'token-of-the-reviewers'

/** Long enough for a machine that is busy: nothing here is about how fast it is. */
const patience = { timeout: 50_000 }

type Settings = Readonly<Record<string, string>>

const saved = (): string => {
  const folder = temporaryFolder()
  linkPackages(folder)
  writePageFiles('docs/moderation.md', folder)
  return folder
}

const onNode = async (settings: Settings): Promise<string> => {
  const folder = saved()
  writeFileSync(
    join(folder, 'tell-port.mjs'),
    `import { subscribe } from 'node:diagnostics_channel'
subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => console.log('port', server.address().port))`,
  )
  const child = spawn(process.execPath, ['--import', './tell-port.mjs', 'server.ts'], {
    cwd: folder,
    env: { ...settings, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
  let printed = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        printed += String(chunk)
        const [, port] = /^port (\d+)$/m.exec(printed) ?? []
        if (port !== undefined) resolve(`http://127.0.0.1:${port}`)
      })
    void ended.then(() => reject(new Error(`It ended: ${printed}`)))
  })
}

const onWorkers = async (settings: Settings): Promise<string> => {
  const folder = saved()
  mkdirSync(join(folder, 'migrations'))
  copyFileSync(join(root, 'receiver/src/tables.sql'), join(folder, 'migrations/0001_receiver.sql'))
  const worker = await startLocalWorker({
    entry: join(folder, 'src/index.ts'),
    bindings: { ...settings },
    d1: { binding: 'DB', migrationsFolder: join(folder, 'migrations') },
    queueProducers: { WEBHOOKS: 'webhooks' },
    queueConsumers: { webhooks: { maxBatchTimeout: 0.01, deadLetterQueue: 'webhooks-dead' }, 'webhooks-dead': {} },
  })
  onTestFinished(() => worker.stop())
  return worker.url
}

describe.each([
  ['Node', onNode],
  ['Workers', onWorkers],
])('the moderation of the page, on %s', (_, start) => {
  test('publishes what is approved, deletes what is rejected, and shows to people what is neither', async () => {
    const server = await startServer({ listen: true })
    const { bytes } = await sampleImage('photo')
    const known = await server.upload(bytes, 'known.jpg')
    const keys = await server.call('GET', '/images/v1/keys')
    const moderator = await testReceiver()
    const seen = new Map<string, number>()
    moderator.respondWith({
      each: async ({ text }) => {
        const { imageUrl, imageId } = JSON.parse(text())
        const shown = await fetch(imageUrl)
        await shown.body?.cancel()
        seen.set(imageId, shown.status)
        return answer(200, JSON.stringify(verdicts.get(imageId)))
      },
    })
    const verdicts = new Map<string, object>()
    const url = await start({
      WEBHOOK_SECRET: secret,
      REVIEW_TOKEN: reviewToken,
      IMAGEHOOKS_URL: server.url,
      IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
      IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
      VARIANT_BASE: String(known.result.variants[0]).split('/').slice(0, 4).join('/'),
      SIGNING_KEY: keys.result.keys[0].value,
      MODERATION_URL: `${moderator.url}/check`,
    })
    await server.call('PUT', '/images/v1/webhooks', { url: `${url}/webhooks`, secret })

    /** A private image that the moderator will judge so. */
    const upload = async (verdict: object): Promise<string> => {
      const form = new FormData()
      form.append('requireSignedURLs', 'true')
      const draft = await server.call('POST', '/images/v2/direct_upload', form)
      verdicts.set(draft.result.id, verdict)
      const file = new FormData()
      file.append('file', new File([new Uint8Array(bytes)], 'photo.jpg'))
      expect((await fetch(draft.result.uploadURL, { method: 'POST', body: file })).status).toBe(200)
      return draft.result.id
    }
    const image = (id: string) => server.call('GET', `/images/v1/${id}`)
    const review = async (wish?: object, token = reviewToken) => {
      const response = await fetch(`${url}/review`, {
        method: wish ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${token}` },
        ...(wish && { body: JSON.stringify(wish) }),
      })
      return { status: response.status, body: response.status === 401 ? undefined : await response.json() }
    }
    const waiting = async (): Promise<{ key: string; imageId: string; why: string; url: string }[]> =>
      (await review()).body

    const [good, bad, unsure] = [
      await upload({ approved: true }),
      await upload({ approved: false }),
      await upload({ review: true }),
    ]
    await expect.poll(async () => (await image(good)).result?.requireSignedURLs, patience).toBe(false)
    await expect.poll(async () => (await image(bad)).status, patience).toBe(404)
    await expect
      .poll(waiting, patience)
      .toMatchObject([{ imageId: unsure, why: expect.stringContaining('The moderator is not sure.') }])
    expect([...seen.values()]).toEqual([200, 200, 200])
    expect((await image(unsure)).result.requireSignedURLs).toBe(true)

    expect((await review(undefined, 'guessed')).status).toBe(401)
    const [letter] = await waiting()
    expect((await fetch(letter?.url ?? '')).status).toBe(200)
    expect((await review({ key: 'another', decision: 'approve' })).status).toBe(404)
    expect((await review({ key: letter?.key, decision: 'maybe' })).status).toBe(400)
    expect(await review({ key: letter?.key, decision: 'again' })).toMatchObject({ body: { done: true } })
    await expect.poll(waiting, patience).toHaveLength(1)
    expect(await review({ key: letter?.key, decision: 'approve' })).toMatchObject({ body: { done: true } })
    expect([(await image(unsure)).result.requireSignedURLs, await waiting()]).toEqual([false, []])

    const doomed = await upload({ review: true })
    await expect.poll(waiting, patience).toMatchObject([{ imageId: doomed }])
    expect(await review({ key: (await waiting())[0]?.key, decision: 'reject' })).toMatchObject({ body: { done: true } })
    expect((await image(doomed)).status).toBe(404)
  })
})
