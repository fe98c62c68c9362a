import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answer, hang, raw } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { testClient } from '../../test/ground/test-client.ts'

describe('send', () => {
  it('sends method, path, headers and bytes as they are, and gives the answer back', async () => {
    const receiver = await testReceiver({
      respond: () => answer(202, 'thanks', { 'X-Spelled': 'So', 'set-cookie': ['a=1', 'b=2'] }),
    })
    const client = testClient()
    const result = await client.post(`${receiver.url}/hooks/a%20b?x=1#part`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', 'webhook-id': 'evt_1' },
      body: Uint8Array.of(0, 255, 13, 10),
    })
    expect(result).toMatchObject({ status: 202, error: undefined, address: '127.0.0.1', truncated: false })
    expect(Buffer.from(result.responseBody).toString()).toBe('thanks')
    expect(result.responseHeaders).toEqual(
      expect.arrayContaining([
        ['X-Spelled', 'So'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]),
    )
    const [request] = receiver.received
    expect(request).toMatchObject({ method: 'PUT', path: '/hooks/a%20b?x=1', body: Uint8Array.of(0, 255, 13, 10) })
    expect(request?.headers).toMatchObject({ 'content-length': '4', 'webhook-id': 'evt_1' })
    expect(request?.headers.host).toBe(`127.0.0.1:${receiver.port}`)
    expect(request?.headers['transfer-encoding']).toBeUndefined()
  })

  it('sends a POST without a body as one of length 0', async () => {
    const receiver = await testReceiver()
    await testClient().post(receiver.url, { body: new Uint8Array() })
    expect(receiver.received[0]?.headers['content-length']).toBe('0')
  })

  it('measures each part by the clock', async () => {
    const receiver = await testReceiver({ respond: () => hang() })
    const client = testClient()
    client.names.set('hooks.example', '127.0.0.1')
    receiver.respondWith({
      each: () => {
        client.clock.advance(70)
        return answer(200)
      },
    })
    const url = `http://hooks.example:${receiver.port}/`
    expect((await client.post(url)).timings).toEqual({ dnsMs: 0, connectMs: 0, ttfbMs: 70, totalMs: 70 })
    expect((await client.post(url)).timings).toEqual({
      dnsMs: undefined,
      connectMs: undefined,
      ttfbMs: 70,
      totalMs: 70,
    })
  })

  it.each([301, 302, 307, 304, 400, 410, 429, 500, 503])('answers %i as a status, not as an error', async (status) => {
    const receiver = await testReceiver({ respond: () => answer(status, '', { 'retry-after': '7' }) })
    expect(await testClient().post(receiver.url)).toMatchObject({ status, error: undefined })
  })

  it('passes over announcements before the answer', async () => {
    const receiver = await testReceiver({
      respond: () => raw('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
    })
    expect(await testClient().post(receiver.url)).toMatchObject({ status: 204, responseHeaders: [] })
  })

  it('keeps a compressed answer compressed', async () => {
    const bytes = gzipSync('x'.repeat(100_000))
    const receiver = await testReceiver({ respond: () => answer(200, bytes, { 'content-encoding': 'gzip' }) })
    const result = await testClient().post(receiver.url)
    expect(Buffer.from(result.responseBody).equals(bytes)).toBe(true)
  })

  it('uses one connection for requests one after the other', async () => {
    const receiver = await testReceiver()
    const client = testClient()
    for (let round = 0; round < 20; round++) expect((await client.post(receiver.url)).status).toBe(200)
    expect(receiver.connectionCount).toBe(1)
  })

  it('uses as many connections as there are requests at the same time, and those again', async () => {
    const receiver = await testReceiver()
    const client = testClient()
    for (let round = 0; round < 5; round++) {
      const results = await Promise.all(Array.from({ length: 8 }, () => client.post(receiver.url)))
      expect(results.every(({ status }) => status === 200)).toBe(true)
    }
    expect(receiver.connectionCount).toBe(8)
  })

  it('makes requests wait for a connection when their number is limited', async () => {
    const receiver = await testReceiver()
    const client = testClient({ connectionsPerOrigin: 2 })
    const results = await Promise.all(Array.from({ length: 10 }, () => client.post(receiver.url)))
    expect(results.every(({ status }) => status === 200)).toBe(true)
    expect(receiver.connectionCount).toBe(2)
  })

  it('ignores proxies of the environment', async () => {
    const receiver = await testReceiver()
    const proxy = await testReceiver()
    const before = process.env['http_proxy']
    process.env['http_proxy'] = proxy.url
    onTestFinished(() => {
      if (before === undefined) delete process.env['http_proxy']
      else process.env['http_proxy'] = before
    })
    expect((await testClient().post(receiver.url)).status).toBe(200)
    expect(proxy.connectionCount).toBe(0)
  })
})

describe('a request that is malformed', () => {
  it.each<[string, Record<string, string>]>([
    ['a line break in a value', { 'x-a': 'b\r\nx-injected: 1' }],
    ['a line feed in a value', { 'x-a': 'b\nc' }],
    ['a NUL in a value', { 'x-a': 'b\0' }],
    ['a character beyond one byte', { 'x-a': 'snow ☃' }],
    ['a line break in a name', { 'x-a\r\nx-injected': '1' }],
    ['a space in a name', { 'x a': '1' }],
    ['an empty name', { '': '1' }],
    ['a host of its own', { Host: 'inside.example' }],
    ['a length of its own', { 'Content-Length': '1' }],
    ['an encoding of its own', { 'transfer-encoding': 'chunked' }],
  ])('because of %s is not sent', async (_what, headers) => {
    const receiver = await testReceiver()
    const result = await testClient().post(receiver.url, { headers })
    expect(result.error?.kind).toBe('request_invalid')
    expect(receiver.connectionCount).toBe(0)
  })

  it('because of its method or the scheme of its URL is not sent', async () => {
    const receiver = await testReceiver()
    const client = testClient()
    expect((await client.post(receiver.url, { method: 'GET /x HTTP/1.1\r\n' })).error?.kind).toBe('request_invalid')
    expect((await client.post('ftp://127.0.0.1/')).error?.kind).toBe('request_invalid')
    expect(receiver.connectionCount).toBe(0)
  })
})
