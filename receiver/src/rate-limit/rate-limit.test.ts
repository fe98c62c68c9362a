import { expect, onTestFinished, test } from 'vitest'
import { post, postStandard, upload } from '../../test/deliver.ts'
import { code, receiving } from '../../test/receiving.ts'
import { startWorkerd } from '../../test/workerd.ts'
import { tokenBucket } from './token-bucket.ts'

test('a token bucket lets a burst through, then so many a second, and never more than a burst after a rest', () => {
  const clock = { now: 0 }
  const limit = tokenBucket({ perSecond: 2, burst: 3, now: () => clock.now })
  const letThrough = (count: number) => Array.from({ length: count }, () => limit(post('{}'))).filter(Boolean).length
  expect(letThrough(10)).toBe(3)
  clock.now += 499
  expect(letThrough(10)).toBe(0)
  clock.now += 1
  expect(letThrough(10)).toBe(1)
  clock.now += 3_600_000
  expect(letThrough(10)).toBe(3)
  clock.now -= 3_600_000
  expect(letThrough(10)).toBe(0)
})

test('a token bucket counts each key by itself, and no more keys than it was told', () => {
  const limit = tokenBucket<{ address: string }>({
    perSecond: 1,
    burst: 1,
    maxKeys: 2,
    key: (_request, env) => env.address,
    now: () => 0,
  })
  const ask = (address: string) => limit(post('{}'), { address })
  expect([ask('a'), ask('a'), ask('b'), ask('a'), ask('b')]).toEqual([true, false, true, false, false])
  // The third key takes the place of the one that came least lately: a is forgotten, b is not.
  expect([ask('c'), ask('b'), ask('a')]).toEqual([true, false, true])
})

test('a token bucket that could never let anything through is refused', () => {
  expect(() => tokenBucket({ perSecond: 0 })).toThrow(TypeError)
  expect(() => tokenBucket({ perSecond: 1, burst: 0.5 })).toThrow(TypeError)
  expect(() => tokenBucket({ perSecond: JSON.parse('"many"') })).toThrow(TypeError)
})

test('what a token bucket refuses is answered 429 before the body is read, and costs no other sender', async () => {
  const { fetch, on, handle } = receiving({
    rateLimit: tokenBucket({ perSecond: 1, burst: 1, key: ({ headers }) => headers.get('x-from') ?? '', now: () => 0 }),
  })
  on('image.*', handle)
  const from = (sender: string) => postStandard(upload(), {}, { 'x-from': sender })
  expect(await code(await fetch(from('a')))).toBe('done')
  const second = from('a')
  expect([(await fetch(second)).status, second.bodyUsed]).toEqual([429, false])
  expect(await code(await fetch(from('b')))).toBe('duplicate')
})

test("Cloudflare's rate limit binding, in workerd, counts addresses", async () => {
  const workerd = startWorkerd('rate-limit-worker.ts', {
    ratelimits: { LIMITER: { namespace_id: '1', simple: { limit: 2, period: 60 } } },
  })
  onTestFinished(() => workerd.dispose())
  const url = await workerd.ready
  const ask = async (address: string) => {
    const headers = { 'content-type': 'application/json', 'x-address': address }
    return (await fetch(url, { method: 'POST', headers, body: '{}' })).status
  }
  expect([await ask('a'), await ask('a'), await ask('a'), await ask('b')]).toEqual([401, 401, 429, 401])
})
