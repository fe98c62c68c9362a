import { describe, expect, test } from 'vitest'
import { postGuide, postStandard, upload } from '../../test/deliver.ts'
import { broken, code, receiving, streamed } from '../../test/receiving.ts'
import { utf8 } from '../crypto/text.ts'
import { toQuarantine } from '../quarantine/quarantine.ts'
import { memoryInbox } from '../inboxes/memory-inbox.ts'
import type { ReceiverOptions } from './options.ts'

const never = () => new Promise<never>(() => {})

describe('what never ends is ended with the lease', () => {
  const answer = async (options: Partial<ReceiverOptions>, request = postStandard(upload())) => {
    const { fetch, on, handle, records } = receiving({ leaseMs: 1, ...options })
    on('image.*', handle)
    return { code: await code(await fetch(request)), error: String(records[0]?.error) }
  }

  test.each<[string, Partial<ReceiverOptions>, string]>([
    ['secrets that never come', { secrets: never }, 'misconfigured'],
    ['a rate limit that never answers', { rateLimit: never }, 'unavailable'],
    ['an inbox that never claims', { inbox: broken({ claim: never }) }, 'unavailable'],
    ['an inbox that never completes', { inbox: broken({ complete: never }) }, 'unavailable'],
    [
      'a quarantine that never keeps',
      { quarantine: toQuarantine(() => ({ keep: never })), account: 'another' },
      'unavailable',
    ],
  ])('%s', async (_name, options, wanted) => {
    expect(await answer(options)).toEqual({ code: wanted, error: 'Error: It took more than 1 ms.' })
  })

  test('a body that comes too slowly: 400', async () => {
    const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(utf8('{')) })
    expect((await answer({}, streamed(body))).code).toBe('body_unreadable')
  })

  test('a handler: 500, and its event is given to the next delivery', async () => {
    const clock = { now: 0 }
    const inbox = memoryInbox({ now: () => clock.now })
    const { fetch, on, records } = receiving({ leaseMs: 1, inbox })
    let runs = 0
    on('image.*', () => (++runs === 1 ? never() : undefined))
    expect(await code(await fetch(postStandard(upload())))).toBe('handler_failed')
    expect(String(records[0]?.error)).toBe('Error: It took more than 1 ms.')
    expect(await code(await fetch(postStandard(upload())))).toBe('busy')
    clock.now = 1
    expect(await code(await fetch(postStandard(upload())))).toBe('done')
    expect(await code(await fetch(postStandard(upload())))).toBe('duplicate')
    expect(runs).toBe(2)
  })

  test('a handler that ends late has done its work, and the event is not handled again', async () => {
    const end = Promise.withResolvers<void>()
    const completed = Promise.withResolvers<void>()
    const inner = memoryInbox({ now: () => 0 })
    const inbox = {
      ...inner,
      async complete(key: string, token: string) {
        const isHeld = await inner.complete(key, token)
        completed.resolve()
        return isHeld
      },
    }
    const { fetch, on } = receiving({ leaseMs: 1, inbox })
    on('image.*', () => end.promise)
    expect(await code(await fetch(postStandard(upload())))).toBe('handler_failed')
    end.resolve()
    await completed.promise
    expect(await code(await fetch(postStandard(upload())))).toBe('duplicate')
  })

  test('an audit hook: it is logged, and the sender hears what it would have heard', async () => {
    const logged: unknown[] = []
    const log = { error: (message: string) => void logged.push(message) }
    const { fetch, on, handle } = receiving({ leaseMs: 1, log, audit: never })
    on('image.*', handle)
    expect(await code(await fetch(postGuide(upload())))).toBe('done')
    expect(logged).toEqual(['The audit hook failed.'])
  })
})

test('a lease longer than any timer is no lease of nothing', async () => {
  const { fetch, on } = receiving({ leaseMs: 2 ** 31 })
  on('image.*', async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  })
  expect(await code(await fetch(postStandard(upload())))).toBe('done')
})
