import { createHmac } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../test/ground/temporary.ts'
import { startExampleWorker } from './example-worker.ts'
import type { LocalWorker } from './local-worker.ts'

const secret = 'secret of the test'

const bodyOf = (id: string): string =>
  JSON.stringify({
    event: 'image.uploaded',
    timestamp: new Date().toISOString(),
    accountId: 'abc123',
    image: { id, filename: 'a.jpg', uploaded: new Date().toISOString(), requireSignedURLs: false, variants: [] },
  })

const post = async (worker: LocalWorker, body: string): Promise<unknown> => {
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-cloudflare-signature': signature }
  return (await fetch(`${worker.url}/webhooks`, { method: 'POST', headers, body })).json()
}

const start = async (options: Parameters<typeof startExampleWorker>[1]): Promise<LocalWorker> => {
  const worker = await startExampleWorker(secret, options)
  onTestFinished(() => worker.stop())
  return worker
}

test('the example Worker, restarted at the same port, still knows which webhooks it has handled', async () => {
  const persistFolder = temporaryFolder()
  const first = await start({ persistFolder })
  const body = bodyOf('before')
  expect(await post(first, body)).toEqual({ code: 'done' })
  const jobs = (): Promise<unknown> => first.d1('select image_id from job')
  await expect.poll(jobs, { timeout: 30_000 }).toEqual([{ image_id: 'before' }])
  await first.stop()

  const second = await start({ persistFolder, port: first.port })
  expect(await post(second, body)).toEqual({ code: 'duplicate' })
  expect(await post(second, bodyOf('after'))).toEqual({ code: 'done' })
  expect(await second.d1('select id from uploaded_image order by id')).toEqual([{ id: 'after' }, { id: 'before' }])
})
