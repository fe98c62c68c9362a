import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { answer, drip, endless, hang, hangUp, raw, reset } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { silentServer } from '../../test/ground/silent-server.ts'
import { isPending, testClient, until } from '../../test/ground/test-client.ts'

/** Resolves when the client has read the head of an answer. */
const headRead = (): Promise<void> =>
  new Promise((resolve) => {
    const heard = (): void => {
      unsubscribe('undici:request:headers', heard)
      resolve()
    }
    subscribe('undici:request:headers', heard)
  })

describe('an answer that does not come', () => {
  it('is waited for exactly 30 s', async () => {
    const receiver = await testReceiver({ respond: () => hang() })
    const client = testClient()
    const sending = client.post(receiver.url)
    await receiver.next()
    client.clock.advance(29_999)
    expect(await isPending(sending)).toBe(true)
    client.clock.advance(1)
    expect(await sending).toMatchObject({
      status: undefined,
      error: { kind: 'timeout', message: 'No answer came in time.' },
      timings: { totalMs: 30_000, ttfbMs: undefined },
    })
    await until(() => receiver.openConnectionCount === 0)
  })

  it('is not there yet when it has only been announced', async () => {
    const receiver = await testReceiver({ respond: () => raw('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n') })
    const client = testClient()
    const head = headRead()
    const sending = client.post(receiver.url)
    await head
    client.clock.advance(30_000)
    expect(await sending).toMatchObject({ status: undefined, error: { kind: 'timeout' }, responseHeaders: [] })
  })

  it.each([
    ['closed in good order', hangUp()],
    ['reset', reset()],
  ])('because the connection was %s is connection_closed', async (_what, reaction) => {
    const receiver = await testReceiver({ respond: () => reaction })
    const result = await testClient().post(receiver.url)
    expect(result).toMatchObject({ status: undefined, error: { kind: 'connection_closed' } })
  })

  it('because nothing listens is connect_refused', async () => {
    const receiver = await testReceiver()
    await receiver.close()
    expect((await testClient().post(receiver.url)).error?.kind).toBe('connect_refused')
  })

  it('because connecting and TLS take over 5 s is connect_timeout, and the socket is closed', async () => {
    const server = await silentServer()
    const client = testClient()
    const sending = client.post(`https://127.0.0.1:${server.port}/`)
    await until(() => server.sockets.size === 1)
    client.clock.advance(4999)
    expect(await isPending(sending)).toBe(true)
    client.clock.advance(1)
    expect((await sending).error?.kind).toBe('connect_timeout')
    await until(() => server.sockets.size === 0)
  })
})

describe('an answer that is not HTTP', () => {
  it.each([
    ['is no HTTP at all', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['has a malformed header', 'HTTP/1.1 200 OK\r\nbad header\r\n\r\n'],
    ['changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['has one header of 10 MB', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(10_000_000)}`],
    ['has a hundred thousand headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100_000)}`],
  ])('because it %s is response_invalid, and the connection is dropped', async (_what, bytes) => {
    const receiver = await testReceiver({ respond: () => raw(bytes) })
    const result = await testClient().post(receiver.url)
    expect(result).toMatchObject({ status: undefined, error: { kind: 'response_invalid' }, responseHeaders: [] })
    await until(() => receiver.openConnectionCount === 0)
  })
})

describe('the body of an answer', () => {
  it('is kept whole up to the limit, and the connection stays', async () => {
    const receiver = await testReceiver({ respond: () => answer(200, 'x'.repeat(16_384)) })
    const client = testClient()
    for (let round = 0; round < 2; round++) {
      const result = await client.post(receiver.url)
      expect(result).toMatchObject({ status: 200, truncated: false })
      expect(result.responseBody).toHaveLength(16_384)
    }
    expect(receiver.connectionCount).toBe(1)
  })

  it.each([
    ['one byte longer', answer(201, 'x'.repeat(16_385))],
    ['endless', endless(201)],
  ])('is cut at the limit when it is %s, and the connection is dropped', async (_what, reaction) => {
    const receiver = await testReceiver({ respond: () => reaction })
    const result = await testClient().post(receiver.url)
    expect(result).toMatchObject({ status: 201, error: undefined, truncated: true })
    expect(result.responseBody).toHaveLength(16_384)
    await until(() => receiver.openConnectionCount === 0)
  })

  it('has a limit that can be set, down to nothing', async () => {
    const receiver = await testReceiver({ respond: () => answer(200, 'abcdef') })
    const client = testClient()
    const result = await client.post(receiver.url, { maxResponseBytes: 4 })
    expect(Buffer.from(result.responseBody).toString()).toBe('abcd')
    expect(await client.post(receiver.url, { maxResponseBytes: 0 })).toMatchObject({ status: 200, truncated: true })
  })

  it('that drips for ever is given up with the whole time, and the status still counts', async () => {
    const client = testClient()
    const receiver = await testReceiver({ respond: () => drip(client.clock, 1000, 202) })
    const head = headRead()
    const sending = client.post(receiver.url)
    await head
    client.clock.advance(29_999)
    expect(await isPending(sending)).toBe(true)
    client.clock.advance(1)
    const result = await sending
    expect(result).toMatchObject({ status: 202, error: undefined, truncated: true })
    expect(result.responseBody.length).toBeLessThanOrEqual(31)
    await until(() => receiver.openConnectionCount === 0)
  })

  it('that breaks off is truncated, and the status still counts', async () => {
    const receiver = await testReceiver({
      respond: () => (response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('half')
        response.socket?.end()
      },
    })
    const result = await testClient().post(receiver.url)
    expect(result).toMatchObject({ status: 200, error: undefined, truncated: true })
  })
})
