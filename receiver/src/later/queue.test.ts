import type { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postStandard, upload } from '../../test/deliver.ts'
import { code, receiving } from '../../test/receiving.ts'
import { startWorkerd } from '../../test/workerd.ts'
import { memoryInbox } from '../inboxes/memory-inbox.ts'
import type { Deferred } from './deferred.ts'
import { createHandlers } from './handlers.ts'
import { consumeQueue, toQueue } from './queue.ts'

describe('a Cloudflare Queue, in workerd', () => {
  let workerd: Miniflare
  let address: URL
  /** What the Worker has said, and who waits for more of it. */
  const said: string[] = []
  let hear = (): void => {}

  beforeAll(async () => {
    workerd = startWorkerd('queue-worker.ts', {
      d1Databases: ['DB'],
      queueProducers: { QUEUE: 'images' },
      queueConsumers: {
        images: { maxBatchTimeout: 0.01, maxRetries: 2, retryDelay: 0, deadLetterQueue: 'images-dead' },
        'images-dead': { maxBatchTimeout: 0.01 },
      },
      serviceBindings: {
        REPORT: async (request: Request) => {
          said.push(await request.text())
          hear()
          return new Response()
        },
      },
    })
    address = await workerd.ready
    await ask('/prepare')
  })
  afterAll(() => workerd.dispose())

  const ask = (path: string, init?: RequestInit) => fetch(new URL(path, address), init)

  /** Waits until the Worker has said a line this often. */
  const heard = async (line: string, times = 1): Promise<void> => {
    while (said.filter((one) => one === line).length < times) await new Promise<void>((resolve) => (hear = resolve))
  }

  const deliver = async (id: string): Promise<unknown> => {
    const { headers, body } = postStandard(upload({ image: { id } }))
    const bytes = await new Response(body).arrayBuffer()
    return (await ask('/webhooks', { method: 'POST', headers, body: bytes })).json()
  }

  const keyOf = (id: string) => `test|image.uploaded|${id}|2026-01-15T10:30:45.000Z`

  test('takes each event once, and its consumer handles it once, though a message comes twice', async () => {
    expect(await deliver('good')).toEqual({ code: 'queued' })
    expect(await deliver('good')).toEqual({ code: 'duplicate' })
    await heard('handled good standard 1')
    const body = JSON.stringify(upload({ image: { id: 'good' } }))
    const again = { version: 1, key: keyOf('good'), body, scheme: 'standard', secretIndex: 0, receivedAt: 0 }
    await ask('/again', { method: 'POST', body: JSON.stringify(again) })
    await deliver('next')
    await heard('handled next standard 1')
    expect(said.filter((line) => line.startsWith('handled good'))).toHaveLength(1)
  })

  test('hands over again what fails, then keeps it, and a replay brings it back', async () => {
    await deliver('broken')
    await heard(`kept ${keyOf('broken')}`)
    expect(said.filter((line) => line.startsWith('handled broken'))).toHaveLength(3)
    expect(await (await ask('/dead')).json()).toMatchObject([
      { key: keyOf('broken'), deferred: { scheme: 'standard' } },
    ])
    expect(await (await ask(`/replay/${encodeURIComponent(keyOf('broken'))}`)).json()).toBe(true)
    await heard('handled broken standard 1', 4)
    expect(await (await ask('/dead')).json()).toEqual([])
  })

  test('keeps at once what is refused', async () => {
    await deliver('refused')
    await heard(`kept ${keyOf('refused')}`)
    expect(said.filter((line) => line.startsWith('handled refused'))).toHaveLength(1)
    expect(await (await ask('/dead')).json()).toMatchObject([{ error: 'Refusal: no' }])
  })
})

test('a message whose handler never settles comes again, with the others of its batch done', async () => {
  const sent: Deferred[] = []
  const { fetch, on } = receiving()
  on(
    'image.*',
    toQueue(() => ({ send: async (message) => void sent.push(message) })),
  )
  for (const id of ['hangs', 'good']) {
    expect(await code(await fetch(postStandard(upload({ image: { id } }))))).toBe('queued')
  }
  const told: string[] = []
  const handlers = createHandlers({ unknown: 'ignore' }).on('image.*', ({ event }) =>
    event.image.id === 'hangs' ? new Promise(() => {}) : undefined,
  )
  const consume = consumeQueue<void>({
    handlers,
    inbox: memoryInbox(),
    leaseMs: 1,
    log: { error: (message, cause) => void told.push(`${message} ${String(cause)}`) },
  })
  const messages = sent.map((body) => ({
    body,
    attempts: 1,
    ack: () => void told.push(`ack ${body.key.split('|')[2]}`),
    retry: () => void told.push(`retry ${body.key.split('|')[2]}`),
  }))
  await consume({ messages })
  expect(told).toEqual(['ack good', 'A queued webhook was not handled. Error: It took more than 1 ms.', 'retry hangs'])
})
