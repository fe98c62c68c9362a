import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it, onTestFinished } from 'vitest'
import { redirect } from '../../test/ground/reactions.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { silentServer } from '../../test/ground/silent-server.ts'
import { isPending, testClient, until } from '../../test/ground/test-client.ts'
import { createAddressPolicy } from './ip-ranges.ts'

const globalOnly = createAddressPolicy({ allow: [] })

const refused = {
  address: undefined,
  status: undefined,
  error: {
    kind: 'forbidden_address',
    message: 'The target leads to an address that this server does not connect to.',
  },
  responseHeaders: [],
  responseBody: new Uint8Array(),
  truncated: false,
  timings: { dnsMs: undefined, connectMs: undefined, ttfbMs: undefined, totalMs: undefined },
}

describe('a target with a forbidden address', () => {
  it.each([
    '127.0.0.1',
    '0x7f.1',
    '0177.0.0.1',
    '2130706433',
    '127.1',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b:1::127.0.0.1]',
    '[2002:7f00:1::]',
    '10.0.0.1',
    '169.254.169.254',
  ])('is refused when it is written as %s, and no connection is made', async (host) => {
    const receiver = await testReceiver()
    const client = testClient({ policy: globalOnly })
    expect(await client.post(`http://${host}:${receiver.port}/`)).toEqual(refused)
    expect(receiver.connectionCount).toBe(0)
  })

  it.each([
    ['private', ['127.0.0.1']],
    ['mapped', ['::ffff:127.0.0.1']],
    ['private as the second', ['93.184.216.34', '127.0.0.1']],
    ['private as the first', ['127.0.0.1', '93.184.216.34']],
    ['private in the other family', ['93.184.216.34', '::1']],
    ['not even an address', ['localhost']],
  ])('is refused when a name leads to one that is %s, with the very same result', async (_what, addresses) => {
    const receiver = await testReceiver()
    const client = testClient({ policy: globalOnly })
    client.names.set('inside.example', ...addresses)
    expect(await client.post(`http://inside.example:${receiver.port}/`)).toEqual(refused)
    expect(receiver.connectionCount).toBe(0)
  })

  it('is not reached by way of a redirect: the redirect itself is the answer', async () => {
    const inside = await testReceiver()
    const outside = await testReceiver({ respond: () => redirect(inside.url, 307) })
    const client = testClient()
    const result = await client.post(outside.url)
    expect(result.status).toBe(307)
    expect(result.responseHeaders).toContainEqual(['location', inside.url])
    expect(inside.connectionCount).toBe(0)
  })
})

describe('a name whose addresses change', () => {
  it('is looked up once, and the connection goes to the address that was judged', async () => {
    const receiver = await testReceiver()
    const client = testClient()
    client.names.setInTurn('rebinding.example', ['127.0.0.1'], ['10.0.0.1'])
    const result = await client.post(`http://rebinding.example:${receiver.port}/`)
    expect(result).toMatchObject({ status: 200, address: '127.0.0.1' })
    expect(client.names.queryCount('rebinding.example')).toBe(1)
    expect(receiver.received[0]?.headers.host).toBe(`rebinding.example:${receiver.port}`)
  })

  it('is looked up again after 5 s, and refused when it now leads inside', async () => {
    const receiver = await testReceiver()
    const client = testClient()
    client.names.setInTurn('rebinding.example', ['127.0.0.1'], ['10.0.0.1'])
    const url = `http://rebinding.example:${receiver.port}/`
    await client.post(url)
    client.clock.advance(4999)
    expect(await client.post(url)).toMatchObject({ status: 200 })
    client.clock.advance(1)
    expect(await client.post(url)).toEqual(refused)
    expect(receiver.received).toHaveLength(2)
    expect(client.names.queryCount('rebinding.example')).toBe(2)
  })

  it('shares one look-up among all who ask at the same time', async () => {
    const receiver = await testReceiver()
    const client = testClient()
    client.names.set('busy.example', '127.0.0.1')
    const results = await Promise.all(
      Array.from({ length: 10 }, () => client.post(`http://busy.example:${receiver.port}/`)),
    )
    expect(results.every(({ status }) => status === 200)).toBe(true)
    expect(client.names.queryCount('busy.example')).toBe(1)
  })
})

describe('a name that cannot be resolved', () => {
  it('fails the request with dns_failed', async () => {
    const client = testClient()
    const result = await client.post('https://nowhere.example/')
    expect(result.error).toEqual({ kind: 'dns_failed', message: 'The host name could not be resolved.' })
    expect(result.timings).toMatchObject({ dnsMs: 0, totalMs: 0, connectMs: undefined })
  })

  it('fails the request with dns_timeout after exactly 3 s', async () => {
    const client = testClient()
    client.names.hang('slow.example')
    const sending = client.post('https://slow.example/')
    client.clock.advance(2999)
    expect(await isPending(sending)).toBe(true)
    client.clock.advance(1)
    expect(await sending).toMatchObject({ error: { kind: 'dns_timeout' }, timings: { dnsMs: 3000, totalMs: 3000 } })
  })

  it('holds one look-up however often it is asked for while that one hangs', async () => {
    const client = testClient()
    client.names.hang('slow.example')
    for (let round = 0; round < 3; round++) {
      const sending = client.post('https://slow.example/')
      client.clock.advance(3000)
      expect((await sending).error?.kind).toBe('dns_timeout')
    }
    expect(client.names.queryCount('slow.example')).toBe(1)
  })

  it('is given up when the whole time ends first', async () => {
    const client = testClient()
    client.names.hang('slow.example')
    const sending = client.post('https://slow.example/', { timeoutMs: 1000 })
    client.clock.advance(1000)
    expect((await sending).error?.kind).toBe('timeout')
  })
})

describe('a name with several addresses', () => {
  it('is reached at the next one when the first refuses, and at that one first from then on', async () => {
    const receiver = await testReceiver()
    const client = testClient()
    client.names.set('two.example', '::1', '127.0.0.1')
    let failedConnections = 0
    const heard = (): void => {
      failedConnections += 1
    }
    subscribe('undici:client:connectError', heard)
    onTestFinished(() => void unsubscribe('undici:client:connectError', heard))
    const url = `http://two.example:${receiver.port}/`
    expect(await client.post(url)).toMatchObject({ status: 200, address: '127.0.0.1' })
    expect(await client.post(url)).toMatchObject({
      status: 200,
      address: '127.0.0.1',
      timings: { connectMs: undefined },
    })
    expect(receiver.connectionCount).toBe(1)
    expect(failedConnections).toBe(1)
  })

  it('gives each its share of the time to connect', async () => {
    const server = await silentServer()
    const client = testClient()
    client.names.set('two.example', '127.0.0.1', '::1')
    const sending = client.post(`https://two.example:${server.port}/`)
    await until(() => server.connectionCount === 1)
    client.clock.advance(2499)
    expect(await isPending(sending)).toBe(true)
    client.clock.advance(1)
    expect(await sending).toMatchObject({ address: '::1', timings: { totalMs: 2500 } })
  })

  it('fails with the last failure when none can be reached', async () => {
    const receiver = await testReceiver()
    const client = testClient()
    client.names.set('none.example', '::1', '127.0.0.1')
    await receiver.close()
    const result = await client.post(`http://none.example:${receiver.port}/`)
    expect(result).toMatchObject({ address: '127.0.0.1', error: { kind: 'connect_refused' } })
  })
})
