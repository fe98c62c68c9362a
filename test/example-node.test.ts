import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { freshEvent, receiverContract, signRequest } from '@imagehooks/receiver/testing'
import { start } from '../examples/node/main.ts'
import { temporaryFolder } from './ground/temporary.ts'

const secret = 'secret of the test'

const open = async (folder = temporaryFolder()) => {
  const worked = new Map<string, number>()
  const waiting = new Map<string, () => void>()
  const example = await start({
    folder,
    port: 0,
    secrets: [secret, 'old secret'],
    work: (id) => {
      worked.set(id, (worked.get(id) ?? 0) + 1)
      waiting.get(id)?.()
    },
  })
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= example.stop())
  onTestFinished(stop)
  /** Resolves when the image is worked on; ask before it is sent. */
  const workOn = (id: string) => new Promise<void>((resolve) => waiting.set(id, resolve))
  return { url: `${example.url}/webhooks`, images: `${example.url}/images`, worked, workOn, stop }
}

test('a genuine webhook is handled once, also after a restart, and forged ones are refused and leave nothing', async () => {
  const folder = temporaryFolder()
  const first = await open(folder)
  const event = freshEvent('image.uploaded')
  const { id } = event.image
  const done = first.workOn(id)
  expect((await fetch(await signRequest({ url: first.url, secret, body: event }))).status).toBe(202)
  await done
  expect((await fetch(await signRequest({ url: first.url, secret: 'old secret', body: event }))).status).toBe(200)
  const forged = await signRequest({ url: first.url, secret: 'of nobody', body: freshEvent('image.uploaded') })
  expect((await fetch(forged)).status).toBe(401)
  await first.stop()

  const second = await open(folder)
  expect((await fetch(await signRequest({ url: second.url, secret, body: event }))).status).toBe(200)
  expect([first.worked.get(id), second.worked.get(id)]).toEqual([1, undefined])
  expect(await (await fetch(second.images)).json()).toMatchObject([{ image_id: id, filename: 'test.jpg' }])
})

test.each(receiverContract)('the Node example $name', async ({ run }) => {
  const { url } = await open()
  await expect(run({ send: fetch, secret, url })).resolves.toBeUndefined()
})

test('npm run example:node starts it with what the environment says, and a signal ends it', async () => {
  const script = fileURLToPath(new URL('../scripts/example-node.mjs', import.meta.url))
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, PORT: '0', DATA_DIR: temporaryFolder(), WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      printed += String(chunk)
      const [found] = /http:\S+\/webhooks/.exec(printed) ?? []
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`It ended: ${printed}`)))
  })
  const event = freshEvent('image.uploaded')
  expect((await fetch(await signRequest({ url, secret, body: event }))).status).toBe(202)
  await expect.poll(() => printed).toContain(`Working on ${event.image.id}`)
  expect(printed).not.toContain(secret)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})
