import { expect, it } from 'vitest'
import { createAuthority } from '../../test/ground/authority.ts'
import { testProxy } from '../../test/ground/proxy.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { testClient } from '../../test/ground/test-client.ts'
import { createAddressPolicy } from './ip-ranges.ts'

it('goes through a proxy that is asked for the vetted address, while TLS asks for the name', async () => {
  const authority = await createAuthority()
  const receiver = await testReceiver({ tls: await authority.issue({ hosts: ['hooks.example'] }) })
  const { proxy, asked } = await testProxy()
  const client = testClient({
    tlsAuthorities: [authority.pem],
    proxy: { ...proxy, credentials: { user: 'ops', password: 'p:w' } },
  })
  client.names.set('hooks.example', '127.0.0.1')
  const url = `https://hooks.example:${receiver.port}/`
  expect(await client.post(url)).toMatchObject({ status: 200, address: '127.0.0.1' })
  expect(await client.post(url)).toMatchObject({ status: 200, timings: { connectMs: undefined } })
  expect(asked).toEqual([
    { authority: `127.0.0.1:${receiver.port}`, authorization: `Basic ${Buffer.from('ops:p:w').toString('base64')}` },
  ])
  expect(receiver.received[0]?.headers).not.toHaveProperty('proxy-authorization')
  expect(receiver.received[0]?.headers.host).toBe(`hooks.example:${receiver.port}`)
})

it('carries plain HTTP in a tunnel too', async () => {
  const receiver = await testReceiver()
  const { proxy, asked } = await testProxy()
  expect(await testClient({ proxy }).post(receiver.url)).toMatchObject({ status: 200 })
  expect(asked.map(({ authority }) => authority)).toEqual([`127.0.0.1:${receiver.port}`])
})

it.each(['http://127.0.0.1/', 'http://inside.example/', 'https://10.0.0.1/', 'http://[::ffff:7f00:1]/'])(
  'never asks the proxy for a forbidden address: %s',
  async (url) => {
    const { proxy, asked } = await testProxy()
    const client = testClient({ proxy, policy: createAddressPolicy({ allow: [] }) })
    client.names.set('inside.example', '127.0.0.1')
    expect(await client.post(url)).toMatchObject({ error: { kind: 'forbidden_address' } })
    expect(asked).toEqual([])
  },
)

it('does not let a name lead elsewhere between the check and the tunnel', async () => {
  const { proxy, asked } = await testProxy({ answer: 'HTTP/1.1 502 Bad Gateway\r\n\r\n' })
  const client = testClient({ proxy, policy: createAddressPolicy({ allow: [] }) })
  client.names.setInTurn('rebinding.example', ['93.184.216.34'], ['127.0.0.1'])
  expect(await client.post('http://rebinding.example/')).toMatchObject({ error: { kind: 'connect_failed' } })
  expect(asked.map(({ authority }) => authority)).toEqual(['93.184.216.34:80'])
  client.clock.advance(6000)
  expect(await client.post('http://rebinding.example/')).toMatchObject({ error: { kind: 'forbidden_address' } })
  expect(asked).toHaveLength(1)
})

it.each([
  ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'proxy_refused'],
  ['HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\n', 'proxy_refused'],
  ['HTTP/1.1 200 OK\r\n\r\nand more', 'proxy_refused'],
  ['220 mail.example ESMTP\r\n\r\n', 'proxy_refused'],
  ['x'.repeat(9000), 'proxy_refused'],
  ['HTTP/1.1 504 Gateway Timeout\r\n\r\n', 'connect_failed'],
])('of a proxy that answers %j the failure is %s', async (answer, kind) => {
  const receiver = await testReceiver()
  const { proxy } = await testProxy({ answer })
  expect(await testClient({ proxy }).post(receiver.url)).toMatchObject({ status: undefined, error: { kind } })
  expect(receiver.connectionCount).toBe(0)
})

it('does not go around a proxy that is not there', async () => {
  const receiver = await testReceiver()
  const closed = await testReceiver()
  await closed.close()
  const proxy = { host: '127.0.0.1', port: closed.port, secure: false }
  expect(await testClient({ proxy }).post(receiver.url)).toMatchObject({ error: { kind: 'proxy_unreachable' } })
  const unknown = { host: 'nowhere.example', port: 1, secure: false }
  expect(await testClient({ proxy: unknown }).post(receiver.url)).toMatchObject({
    error: { kind: 'proxy_unreachable' },
  })
  expect(receiver.connectionCount).toBe(0)
})
