import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { S3Fault } from '../../test/ground/s3-proxy.ts'
import {
  answerMs,
  faultyStore as openFaultyStore,
  keep,
  listed,
  pauseMs,
  sentenceOf,
  upload,
} from '../../test/ground/s3-store.ts'
import { useS3 } from '../../test/ground/s3.ts'

const s3 = useS3()
const faultyStore = (change?: Parameters<typeof openFaultyStore>[1]) => openFaultyStore(s3(), change)
/** A port that was free a moment ago. */
const closedPort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

const answer = (status: number, code?: string): S3Fault => ({ kind: 'answer', status, ...(code && { code }) })
const bytes = randomBytes(30_000)
const large = randomBytes(16 * 1024 * 1024 + 1)

describe('storage that fails for a moment', () => {
  it.each<[string, S3Fault]>([
    ['answers 500', answer(500)],
    ['answers 503', answer(503, 'SlowDown')],
    ['answers 429', answer(429, 'TooManyRequests')],
    ['is still busy with the same object', answer(409, 'ConditionalRequestConflict')],
    ['got damaged bytes', answer(400, 'XAmzContentSHA256Mismatch')],
    ['closes the connection', { kind: 'refuse' }],
  ])('keeps and gives back a blob all the same when it %s', async (_, fault) => {
    const { proxy, store } = await faultyStore()
    proxy.plan(fault, fault, fault)
    const key = await keep(store, bytes)
    expect(proxy.seen).toEqual(['PUT', 'PUT', 'PUT', 'PUT'])
    proxy.plan(fault, fault)
    expect(bytes.equals((await store.readAll(key, 30_000)) ?? Buffer.alloc(0))).toBe(true)
    proxy.plan(fault)
    await store.remove(key)
    proxy.plan(fault)
    expect(await listed(store)).toEqual([])
  })

  it('waits for an answer that is slow', async () => {
    const { proxy, clock, store } = await faultyStore()
    const released = Promise.withResolvers<void>()
    proxy.plan({ kind: 'hold', until: released.promise })
    const keeping = keep(store, bytes)
    await proxy.arrived(1)
    clock.advance(answerMs - 1)
    released.resolve()
    await keeping
    expect(proxy.seen).toEqual(['PUT'])
  })

  it('knows its own upload again when the answer was lost', async () => {
    const { proxy, store } = await faultyStore()
    proxy.plan({ kind: 'lose' })
    const key = await keep(store, bytes)
    expect(proxy.seen).toEqual(['PUT', 'PUT', 'HEAD'])
    expect((await listed(store)).map((blob) => blob.key)).toEqual([key])
    expect(bytes.equals((await store.readAll(key, 30_000)) ?? Buffer.alloc(0))).toBe(true)
  })

  it('does not take another’s object for its own', async () => {
    const { proxy, store } = await faultyStore()
    proxy.plan(answer(412, 'PreconditionFailed'))
    await expect(keep(store, bytes)).rejects.toThrow('is not the one that was uploaded')
  })

  it('guards what is there against an upload, and does without where the storage knows no guards', async () => {
    const { proxy, store } = await faultyStore()
    const checksum = createHash('sha256').update(bytes).digest('base64')
    await keep(store, bytes)
    expect(proxy.headers[0]).toMatchObject({
      'content-length': '30000',
      'if-none-match': '*',
      'x-amz-checksum-sha256': checksum,
    })
    proxy.plan(answer(501, 'NotImplemented'))
    const key = await keep(store, bytes)
    await keep(store, bytes)
    expect(proxy.headers.map((headers) => headers['if-none-match'])).toEqual(['*', '*', undefined, undefined])
    expect(proxy.headers[3]).not.toHaveProperty('x-amz-checksum-sha256')
    expect(bytes.equals((await store.readAll(key, 30_000)) ?? Buffer.alloc(0))).toBe(true)
  })

  it('removes a blob once when the answer was lost', async () => {
    const { proxy, store } = await faultyStore()
    const key = await keep(store, bytes)
    proxy.plan({ kind: 'lose' })
    await store.remove(key)
    expect(await store.read(key)).toBe(undefined)
  })

  it('reads a whole blob again when the connection was cut', async () => {
    const { proxy, store } = await faultyStore()
    const key = await keep(store, bytes)
    proxy.plan({ kind: 'cut', afterBytes: 1000 }, { kind: 'cut', afterBytes: 0 })
    expect(bytes.equals((await store.readAll(key, 30_000)) ?? Buffer.alloc(0))).toBe(true)
  })
})

describe('storage that does not answer', () => {
  it('is given up in time, and nothing stays behind', async () => {
    const { proxy, clock, store, localFiles } = await faultyStore()
    proxy.plan({ kind: 'silence' }, { kind: 'silence' }, { kind: 'silence' })
    const temporary = await upload(store, bytes)
    const sentence = sentenceOf(temporary.makePermanent())
    await proxy.arrived(1)
    clock.advance(answerMs)
    await proxy.arrived(2)
    clock.advance(answerMs)
    expect(await sentence).toMatch(/took over 30000 ms to answer/)
    expect(proxy.seen).toEqual(['PUT', 'PUT'])
    await temporary.discard()
    expect(localFiles()).toEqual([])
  })

  it('is given up after four attempts, and the log says so once, and once that it is over', async () => {
    const { proxy, store, log } = await faultyStore()
    const fault = { kind: 'refuse' } as const
    proxy.plan(fault, fault, fault, fault, fault, fault, fault, fault)
    const key = '0'.repeat(32)
    expect(await sentenceOf(store.read(key))).toMatch(
      /^The storage at http:\/\/127\.0\.0\.1:\d+ does not answer \(\w+\)\.$/,
    )
    expect(proxy.seen).toHaveLength(4)
    await sentenceOf(store.remove(key))
    expect(log.lines.map(({ level }) => level)).toEqual(['error'])
    await store.remove(key)
    await store.remove(key)
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info'])
  })

  it('is named when nobody listens', async () => {
    const port = await closedPort()
    const { store } = await faultyStore({ place: { endpoint: `http://127.0.0.1:${port}` } })
    expect(await sentenceOf(keep(store, bytes))).toBe(
      `The storage at http://127.0.0.1:${port} does not answer (ECONNREFUSED).`,
    )
  })

  it('is asked once for its health, and not for long', async () => {
    const { proxy, clock, store } = await faultyStore()
    proxy.plan({ kind: 'silence' })
    const health = store.healthy()
    await proxy.arrived(1)
    clock.advance(pauseMs)
    expect(await health).toEqual({ ok: false, reason: expect.stringContaining('took over 5000 ms') })
    expect(proxy.seen).toEqual(['PUT'])
  })
})

describe('an answer that breaks off', () => {
  it.each([0, 1, 20_000])('is an error after %i bytes, never a shorter blob', async (afterBytes) => {
    const { proxy, store } = await faultyStore()
    const key = await keep(store, bytes)
    proxy.plan({ kind: 'cut', afterBytes })
    const stored = await store.read(key)
    expect(stored?.sizeBytes).toBe(bytes.length)
    expect(await sentenceOf(new Response(stored?.body).arrayBuffer())).toMatch(/broke off/)
  })

  it('is an error when the storage falls silent while somebody reads', async () => {
    const { proxy, clock, store } = await faultyStore()
    const key = await keep(store, bytes)
    proxy.plan({ kind: 'stall' })
    const stored = await store.read(key)
    clock.advance(10 * answerMs)
    const reading = sentenceOf(new Response(stored?.body).arrayBuffer())
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(answerMs)
    expect(await reading).toMatch(/fell silent/)
  })

  it('is an error in a listing', async () => {
    const { proxy, store } = await faultyStore()
    const fault = { kind: 'cut', afterBytes: 50 } as const
    proxy.plan(fault, fault, fault, fault)
    expect(await sentenceOf(listed(store))).toMatch(/broke off/)
  })
})

describe('storage that refuses', () => {
  it.each([
    ['a wrong secret', { secretAccessKey: 'hush-hush' }, 'SignatureDoesNotMatch'],
    ['a wrong access key', { accessKeyId: 'hush-hush' }, 'Unauthorized'],
  ])('%s is named without being told, and not tried again', async (_, credentials, code) => {
    const { proxy, store, log } = await faultyStore({ credentials })
    const health = await store.healthy()
    const advised = `${code}: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`
    expect(health).toEqual({ ok: false, reason: expect.stringMatching(new RegExp(`^The storage .*${advised}$`)) })
    expect(await sentenceOf(keep(store, bytes))).toContain(advised)
    expect(proxy.seen).toEqual(['PUT', 'PUT'])
    expect(JSON.stringify([health, log.lines])).not.toMatch(/hush|AWS4|test-secret/)
  })

  it('a bucket that is not there is no blob that is not there', async () => {
    const { store } = await faultyStore({ place: { bucket: 'no-such-bucket' } })
    const sentence = /404 NoSuchBucket: check the bucket of the blob URL\.$/
    expect(await sentenceOf(store.read('0'.repeat(32)))).toMatch(sentence)
    expect(await sentenceOf(store.remove('0'.repeat(32)))).toMatch(sentence)
    expect(await sentenceOf(keep(store, bytes))).toMatch(sentence)
  })

  it('a clock that is off is named', async () => {
    const { clock, store } = await faultyStore()
    clock.setNow(Date.now() - 3_600_000)
    expect(await sentenceOf(keep(store, bytes))).toMatch(/RequestTimeTooSkewed: set the clock of this machine\.$/)
  })

  it.each(['<html>blocked</html>', '', '{"error":1}', '<Error><Code>a b</Code></Error>'])(
    'a refusal in other words is told by its status: %j',
    async (body) => {
      const { proxy, store } = await faultyStore()
      proxy.plan({ kind: 'answer', status: 403, body })
      expect(await sentenceOf(keep(store, bytes))).toMatch(/answered PUT with 403\.$/)
    },
  )

  it('a redirect is not followed', async () => {
    const { proxy, store } = await faultyStore()
    proxy.plan(answer(307, 'TemporaryRedirect'))
    expect(await sentenceOf(keep(store, bytes))).toMatch(/check the endpoint and the region/)
  })
})

describe('a blob in parts', () => {
  it('is kept although parts and answers are lost', async () => {
    const { proxy, store } = await faultyStore()
    proxy.plan(answer(500), { kind: 'pass' }, { kind: 'lose' }, { kind: 'pass' }, { kind: 'pass' }, answer(503))
    const key = await keep(store, large)
    expect(large.equals((await store.readAll(key, large.length)) ?? Buffer.alloc(0))).toBe(true)
  })

  it('knows itself again when the last answer was lost', async () => {
    const { proxy, store } = await faultyStore()
    const pass = { kind: 'pass' } as const
    proxy.plan(pass, pass, pass, pass, { kind: 'lose' })
    const key = await keep(store, large)
    expect(proxy.seen.slice(4)).toEqual(['POST uploadId', 'POST uploadId', 'HEAD'])
    expect((await listed(store)).map((blob) => blob.key)).toEqual([key])
  })

  it('is put together again when the storage fails behind a 200', async () => {
    const { proxy, store } = await faultyStore()
    const pass = { kind: 'pass' } as const
    proxy.plan(pass, pass, pass, pass, answer(200))
    await keep(store, large)
    expect(proxy.seen.slice(4)).toEqual(['POST uploadId', 'POST uploadId'])
  })

  it('does without guards where the storage knows none', async () => {
    const { proxy, store } = await faultyStore()
    const pass = { kind: 'pass' } as const
    proxy.plan(pass, pass, pass, pass, answer(501, 'NotImplemented'))
    await keep(store, large)
    expect(proxy.seen.slice(4)).toEqual(['POST uploadId', 'POST uploadId'])
    expect(proxy.headers.slice(4).map((headers) => headers['if-none-match'])).toEqual(['*', undefined])
  })

  it('leaves no part when it fails', async () => {
    const { proxy, store } = await faultyStore()
    const pass = { kind: 'pass' } as const
    proxy.plan(pass, pass, answer(403, 'AccessDenied'))
    const sentence = await sentenceOf(keep(store, large))
    expect(sentence).toMatch(/AccessDenied: the access key must be allowed to put/)
    expect(proxy.seen.slice(-1)).toEqual(['DELETE uploadId'])
    expect(await listed(store)).toEqual([])
  })
})

describe('a listing', () => {
  const entry = (key: string, date = '2026-01-01T00:00:00.000Z'): string =>
    `<Contents><Key>${key}</Key><LastModified>${date}</LastModified></Contents>`
  const page = (content: string, next?: string): S3Fault => ({
    kind: 'answer',
    status: 200,
    body: `<?xml version="1.0"?><ListBucketResult>${content}<IsTruncated>${next !== undefined}</IsTruncated>${
      next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`
    }</ListBucketResult>`,
  })
  const [one, two] = ['1'.repeat(32), '2'.repeat(32)]

  it('goes on over pages, and passes over what is not a blob', async () => {
    const { proxy, store } = await faultyStore({ place: { prefix: '' } })
    proxy.plan(page(entry(one) + entry('notes&#x2F;&amp;.txt'), 'a+/=&amp;'), page('', 'b'), page(entry(two)))
    expect((await listed(store)).map(({ key }) => key)).toEqual([one, two])
    expect(proxy.seen).toEqual([
      'GET list-type delimiter',
      'GET list-type delimiter continuation-token',
      'GET list-type delimiter continuation-token',
    ])
  })

  it.each([
    ['a page that leads to itself', [page('', 'a'), page('', 'a')], 'the same page'],
    ['no XML', [{ kind: 'answer', status: 200, body: 'what?' } as const], 'not understood'],
    ['another document', [{ kind: 'answer', status: 200, body: '<Bucket/>' } as const], 'not understood'],
    ['an object without a date', [page(entry(one, 'yesterday'))], 'not understood'],
  ])('ends at %s', async (_, pages, sentence) => {
    const { proxy, store } = await faultyStore({ place: { prefix: '' } })
    proxy.plan(...pages)
    expect(await sentenceOf(listed(store))).toContain(sentence)
  })
})
