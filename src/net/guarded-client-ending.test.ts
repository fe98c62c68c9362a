import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { hang } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { silentServer } from '../../test/ground/silent-server.ts'
import { isPending, testClient, until } from '../../test/ground/test-client.ts'

describe('a signal', () => {
  it('that is aborted already keeps the request from being sent', async () => {
    const receiver = await testReceiver()
    const result = await testClient().post(receiver.url, { signal: AbortSignal.abort() })
    expect(result.error?.kind).toBe('aborted')
    expect(receiver.connectionCount).toBe(0)
  })

  it('ends a request that waits for its answer', async () => {
    const receiver = await testReceiver({ respond: () => hang() })
    const abort = new AbortController()
    const sending = testClient().post(receiver.url, { signal: abort.signal })
    await receiver.next()
    abort.abort()
    expect((await sending).error).toEqual({ kind: 'aborted', message: 'The request was aborted.' })
    await until(() => receiver.openConnectionCount === 0)
  })

  it('keeps a request that waits for a connection from ever being sent', async () => {
    let finish: (() => void) | undefined
    const receiver = await testReceiver({
      respond: (_request, index) => (response) => {
        finish = () => void response.end()
        if (index > 0) finish()
      },
    })
    const abort = new AbortController()
    const client = testClient({ connectionsPerOrigin: 1 })
    const first = client.post(`${receiver.url}/first`)
    await receiver.next()
    const second = client.post(`${receiver.url}/second`, { signal: abort.signal })
    abort.abort()
    expect((await second).error?.kind).toBe('aborted')
    finish?.()
    expect((await first).status).toBe(200)
    expect((await client.post(`${receiver.url}/third`)).status).toBe(200)
    expect(receiver.received.map(({ path }) => path)).toEqual(['/first', '/third'])
  })

  it('is forgotten when the request is over', async () => {
    const receiver = await testReceiver()
    const { signal } = new AbortController()
    expect((await testClient().post(receiver.url, { signal })).status).toBe(200)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('ends a request that is connecting, and no socket is left', async () => {
    const server = await silentServer()
    const abort = new AbortController()
    const client = testClient()
    const sending = client.post(`https://127.0.0.1:${server.port}/`, { signal: abort.signal })
    await until(() => server.sockets.size === 1)
    abort.abort()
    expect((await sending).error?.kind).toBe('aborted')
    await until(() => server.sockets.size === 0)
    expect(client.clock.pendingCount()).toBe(1)
  })
})

describe('closing the client', () => {
  it('by force also ends a connection that took the place of one given up', async () => {
    const server = await silentServer()
    const abort = new AbortController()
    const client = testClient({ connectionsPerOrigin: 1 })
    const url = `https://127.0.0.1:${server.port}/`
    const first = client.post(url, { signal: abort.signal })
    const second = client.post(url)
    await until(() => server.connectionCount === 1)
    abort.abort()
    expect((await first).error?.kind).toBe('aborted')
    await until(() => server.connectionCount === 2)
    await client.destroy()
    expect((await second).error?.kind).toBe('client_closed')
    await until(() => server.sockets.size === 0)
    expect(client.clock.pendingCount()).toBe(0)
  })

  it('waits for what is in flight, takes nothing new and leaves no connection and no timer', async () => {
    const receiver = await testReceiver({ respond: () => hang() })
    const client = testClient()
    const sending = client.post(receiver.url)
    await receiver.next()
    const closing = client.close()
    expect(await isPending(closing)).toBe(true)
    expect((await client.post(receiver.url)).error).toEqual({
      kind: 'client_closed',
      message: 'The server is shutting down.',
    })
    client.clock.advance(30_000)
    expect((await sending).error?.kind).toBe('timeout')
    await closing
    await client.close()
    await until(() => receiver.openConnectionCount === 0)
    expect(client.clock.pendingCount()).toBe(0)
  })

  it('by force ends what is in flight, connecting or waiting', async () => {
    const receiver = await testReceiver({ respond: () => hang() })
    const server = await silentServer()
    const client = testClient({ connectionsPerOrigin: 1 })
    client.names.hang('slow.example')
    const sending = [
      client.post(receiver.url),
      client.post(receiver.url),
      client.post(`https://127.0.0.1:${server.port}/`),
      client.post('https://slow.example/'),
    ]
    await receiver.next()
    await until(() => server.sockets.size === 1)
    await client.destroy()
    for (const result of await Promise.all(sending)) expect(result.error?.kind).toBe('client_closed')
    await until(() => receiver.openConnectionCount === 0 && server.sockets.size === 0)
    expect(client.clock.pendingCount()).toBe(0)
  })
})
